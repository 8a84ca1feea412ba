import { type RecipeName, recipes, type TermWeights } from '../../graph-builder/objective/recipes.ts';
import { decodeResized } from '../../image/decode.node.ts';
import type { Region } from '../../image/picture.ts';
import type { CreateSession } from '../../loss-network/objective/graph-session.ts';
import { createJudge, type JudgedPair } from '../../loss-network/objective/judge.ts';
import { loadObjective } from '../../loss-network/objective/load-objective.node.ts';
import { meanLosses, type StepLosses, styleLosses } from '../../loss-network/objective/losses.ts';
import { objectiveFeeds } from '../../loss-network/objective/objective-feeds.ts';
import { computeStyleTargets } from '../../loss-network/objective/style-targets.ts';
import type { NamedPhotograph, PairSource } from './evaluate-pairs.node.ts';

/** What to judge, by what measure, on which sessions, and whom to tell. */
export interface EvaluationOptions {
  /** The painting's file. */
  readonly style: string;
  /** The part of it that pictures are compared with, in pixels; by default all of it. */
  readonly styleCrop?: Region | undefined;
  /** Short side that the painting is resized to, in pixels. */
  readonly styleSize: number;
  /** vgg16, vgg19, or a file of their weights. */
  readonly lossNetwork: string;
  readonly recipe: RecipeName;
  readonly pyramidLevels: number;
  readonly photographs: readonly NamedPhotograph[];
  readonly pairOf: PairSource;
  readonly createSession: CreateSession;
  /** What else is measured of each pair, by name; by default nothing. */
  readonly measure?: ((pair: JudgedPair) => Promise<Measures>) | undefined;
  /** Told when the painting has been looked at and the photographs begin. */
  readonly onStart: () => void;
  /** Told after each photograph. */
  readonly onPicture: (result: JudgedPicture | UnjudgedPicture) => void;
}

type Measures = Readonly<Record<string, number>>;

/** The objective's value and its unweighted terms, and what else was measured. */
export interface JudgedLosses extends StepLosses {
  readonly measures?: Measures;
}

/** The figures of one picture. */
export interface JudgedPicture extends JudgedLosses {
  readonly name: string;
}

/** A photograph that could not be judged, and why. */
export interface UnjudgedPicture {
  readonly name: string;
  readonly reason: string;
}

export interface Evaluation {
  /** The recipe's default weights, by which `loss` is the weighted sum of the terms. */
  readonly weights: TermWeights;
  readonly layerWeights: Readonly<Record<string, number>>;
  readonly images: readonly JudgedPicture[];
  readonly mean: JudgedLosses;
  readonly failed: readonly UnjudgedPicture[];
}

/**
 * Judges stylized pictures by the objective that networks are trained with: for each the loss and its terms, computed as
 * for a batch of one, and the means. What cannot be read or painted is left out and listed.
 * @throws one sentence if the painting or the weights are not to be had, or not one photograph can be judged
 */
export async function evaluate(options: EvaluationOptions): Promise<Evaluation> {
  const { createSession } = options;
  const recipe = { ...recipes[options.recipe], pyramidLevels: options.pyramidLevels };
  const { weights, layerWeights } = recipe;
  const style = await decodeResized(options.style, { shortSide: options.styleSize, region: options.styleCrop });
  const objective = await loadObjective(options.lossNetwork, recipe);
  const styleTargets = await computeStyleTargets(objective, style, createSession);
  const judge = await createJudge(objective, objectiveFeeds({ styleTargets, weights, layerWeights }), createSession);
  const figuresOf = async (pair: JudgedPair): Promise<JudgedLosses> => {
    const losses = await judge.judge(pair);
    return options.measure ? { ...losses, measures: await options.measure(pair) } : losses;
  };
  try {
    options.onStart();
    const results: (JudgedPicture | UnjudgedPicture)[] = [];
    for (const photograph of options.photographs) {
      const result = await judgePhotograph(photograph, options.pairOf, figuresOf);
      results.push(result);
      options.onPicture(result);
    }
    const images = results.filter((result) => 'loss' in result);
    const failed = results.filter((result) => 'reason' in result);
    return { weights, layerWeights, images, mean: meanOf(images, failed), failed };
  } finally {
    await judge.release();
  }
}

/** Whatever is wrong with one photograph must not stop the others. */
async function judgePhotograph(
  photograph: NamedPhotograph,
  pairOf: PairSource,
  figuresOf: (pair: JudgedPair) => Promise<JudgedLosses>,
): Promise<JudgedPicture | UnjudgedPicture> {
  const { name } = photograph;
  try {
    return { name, ...(await figuresOf(await pairOf(photograph))) };
  } catch (error) {
    return { name, reason: error instanceof Error ? error.message : String(error) };
  }
}

function meanOf(images: readonly JudgedPicture[], failed: readonly UnjudgedPicture[]): JudgedLosses {
  if (images.length === 0) {
    const [first] = failed;
    throw new Error(
      `Expected at least one photograph that can be judged among ${failed.length} but there is none ` +
        `(${first?.name}: ${first?.reason})`,
    );
  }
  const losses = meanLosses(styleLosses, images);
  const measured = images.flatMap(({ measures }) => (measures ? [measures] : []));
  return measured.length === 0 ? losses : { ...losses, measures: meanMeasures(measured) };
}

function meanMeasures(measured: readonly Measures[]): Measures {
  const names = Object.keys(measured[0] ?? {});
  const mean = (name: string) => measured.reduce((sum, each) => sum + (each[name] ?? Number.NaN), 0) / measured.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)]));
}
