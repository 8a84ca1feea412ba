import { type Recipe, recipes } from '../../src/graph-builder/objective/recipes.ts';

/** A recipe that was tried, by what is different in it. */
export interface Candidate {
  readonly name: string;
  readonly recipe: Recipe;
}

const { balanced, motifs } = recipes;
const squaredContent = {
  ...motifs,
  styleMargin: 0,
  toneWeight: 0,
  contentLayer: 'relu3_1',
  contentNorm: 'relative',
  weights: { ...motifs.weights, content: 1 },
} as const;

/** The recipe that became `motifs`, one difference after another. */
export const candidates: readonly Candidate[] = [
  { name: 'balanced', recipe: balanced },
  { name: 'discounted', recipe: { ...balanced, meanDiscount: motifs.meanDiscount } },
  {
    name: 'two-levels',
    recipe: { ...squaredContent, contentLayer: 'relu4_1' },
  },
  { name: 'content-relu3_1', recipe: squaredContent },
  { name: 'correlation', recipe: { ...motifs, styleMargin: 0, toneWeight: 0, contentLayer: 'relu3_1' } },
  { name: 'correlation-relu2_1', recipe: { ...motifs, styleMargin: 0, toneWeight: 0 } },
  { name: 'no-border', recipe: { ...motifs, toneWeight: 0 } },
  { name: 'motifs', recipe: motifs },
];
