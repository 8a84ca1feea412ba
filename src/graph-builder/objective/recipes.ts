/** How the three loss terms are computed from features, Gram matrices and pixels. */
export interface Recipe {
  readonly contentLayer: string;
  readonly styleLayers: readonly string[];
  /**
   * Style is compared on the picture and on its copies reduced by 2, 4, … (Snelgrove, "High-Resolution Multi-Scale Neural
   * Texture Synthesis", 2017): how many pictures in all. 1 means the picture alone.
   */
  readonly pyramidLevels: number;
  /**
   * How many cells along each side of a feature map the style terms leave out. The loss network pads with zeros and sees them as
   * a black frame: in vgg19-lite, the outermost cell differs by its whole size from what it is inside a larger picture, the next
   * by a third, the one after that by less than a tenth.
   */
  readonly styleMargin: number;
  /**
   * The share of each channel's mean, 0 to 1, that is taken off the features before their Gram matrix: 0 compares colours
   * above all, more compares motifs.
   */
  readonly meanDiscount: number;
  /**
   * `correlation`: one less the features' correlation with the photograph's; `relative`: squared error divided by the squared
   * norm of the target; the others as the recipe's source writes them.
   */
  readonly contentNorm: 'correlation' | 'relative' | 'mean' | 'half-sum';
  /**
   * How much the content term also asks for the photograph's tones, by the correlation of brightness in cells of 16 pixels: 0
   * leaves them out. Features tell edges, not whether what lies between them is light or dark.
   */
  readonly toneWeight: number;
  /** `relative`: each layer divided by its target's squared norm; `mean`: over the C² entries. */
  readonly styleNorm: 'relative' | 'mean';
  /**
   * Weight of the range term of a network in training; 0 leaves it out. Where tanh is flat no gradient brings a network back,
   * and dark or bright areas end as black or white blobs.
   */
  readonly rangeWeight: number;
  /** Weight of the grid term of a network in training; 0 leaves it out. */
  readonly gridWeight: number;
  /** `mean`: over pixels on a 0..1 scale; `sum`: over pixels on the 0..255 scale. */
  readonly totalVariationNorm: 'mean' | 'sum';
  /** Default weight w_l of each style layer. */
  readonly layerWeights: Readonly<Record<string, number>>;
  /** Default weights of the three terms. */
  readonly weights: TermWeights;
  /** The name of the loss network that the recipe is made for. */
  readonly lossNetwork: 'vgg19-lite' | 'vgg16' | 'vgg19';
}

/** A crop of 256 pixels is 32 wide on the last of so many levels. */
export const mostPyramidLevels = 4;

export interface TermWeights {
  readonly content: number;
  readonly style: number;
  readonly tv: number;
}

export const recipeNames = ['balanced', 'motifs', 'paper', 'original'] as const;
export type RecipeName = (typeof recipeNames)[number];

/** The recipe of every command that is asked for none. */
export const defaultRecipe: RecipeName = 'balanced';

/**
 * - `motifs`: every term relative, so that one set of weights serves any painting, loss network and picture size. The Gram
 *   matrices are discounted, on two levels of the pyramid, so that the painting's motifs count and not its colours alone.
 *   The deeper layers, which hold the larger motifs, weigh most. The content layer, shallower than that of `balanced`, keeps
 *   the edges of what is small, and the tones keep what lies between them light or dark.
 * - `balanced`: every term relative as well; plain Gram matrices, one level. The shallowest style layer, which holds the
 *   colours, weighs most; relu2_1, which asks for small motifs repeated (rings of foam all over a dark area), least.
 * - `paper`: Johnson et al. 2016, equations 2 to 4 and section 4.1, with the mean over Gram entries and the weights of the
 *   authors' published code (jcjohnson/fast-neural-style: 1, 5, 1e-6), made for VGG-16.
 * - `original`: half the summed squared content error at relu4_2, five style layers (VGG-19), summed total variation; the
 *   weights are those of lengstrom/fast-style-transfer (7.5, 100, 200) carried over to these sums at 256×256.
 */
export const recipes: Readonly<Record<RecipeName, Recipe>> = {
  motifs: {
    contentLayer: 'relu2_1',
    styleLayers: ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'],
    pyramidLevels: 2,
    styleMargin: 1,
    meanDiscount: 0.8,
    rangeWeight: 1,
    gridWeight: 500,
    layerWeights: { relu1_1: 0.2, relu2_1: 0.1, relu3_1: 0.35, relu4_1: 0.35 },
    contentNorm: 'correlation',
    toneWeight: 0.5,
    styleNorm: 'relative',
    totalVariationNorm: 'mean',
    weights: { content: 5, style: 20, tv: 2 },
    lossNetwork: 'vgg19-lite',
  },
  balanced: {
    contentLayer: 'relu4_1',
    styleLayers: ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'],
    pyramidLevels: 1,
    styleMargin: 0,
    meanDiscount: 0,
    rangeWeight: 0,
    gridWeight: 0,
    layerWeights: { relu1_1: 0.3, relu2_1: 0.2, relu3_1: 0.25, relu4_1: 0.25 },
    contentNorm: 'relative',
    toneWeight: 0,
    styleNorm: 'relative',
    totalVariationNorm: 'mean',
    weights: { content: 1, style: 12, tv: 2 },
    lossNetwork: 'vgg19-lite',
  },
  paper: {
    contentLayer: 'relu3_3',
    styleLayers: ['relu1_2', 'relu2_2', 'relu3_3', 'relu4_3'],
    pyramidLevels: 1,
    styleMargin: 0,
    meanDiscount: 0,
    rangeWeight: 0,
    gridWeight: 0,
    layerWeights: { relu1_2: 1, relu2_2: 1, relu3_3: 1, relu4_3: 1 },
    contentNorm: 'mean',
    toneWeight: 0,
    styleNorm: 'mean',
    totalVariationNorm: 'sum',
    weights: { content: 1, style: 5, tv: 1e-6 },
    lossNetwork: 'vgg16',
  },
  original: {
    contentLayer: 'relu4_2',
    styleLayers: ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'],
    pyramidLevels: 1,
    styleMargin: 0,
    meanDiscount: 0,
    rangeWeight: 0,
    gridWeight: 0,
    layerWeights: { relu1_1: 1, relu2_1: 1, relu3_1: 1, relu4_1: 1, relu5_1: 1 },
    contentNorm: 'half-sum',
    toneWeight: 0,
    styleNorm: 'mean',
    totalVariationNorm: 'sum',
    weights: { content: 2.86e-5, style: 100, tv: 1e-3 },
    lossNetwork: 'vgg19',
  },
};

/** All layers that a recipe reads, without repetition. */
export function recipeLayers({ contentLayer, styleLayers }: Recipe): readonly string[] {
  return [...new Set([...styleLayers, contentLayer])];
}
