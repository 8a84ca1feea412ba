import type { Tensor } from 'onnxruntime-common';
import { vggConvolutionsTo } from '../../graph-builder/networks/vgg-architecture.ts';
import type { Objective } from '../../graph-builder/objective/objective.ts';
import { recipeLayers } from '../../graph-builder/objective/recipes.ts';
import { writeOnnx } from '../../graph-builder/onnx/onnx-file.ts';
import { judgeGraph } from '../../graph-builder/programs/training-graphs.ts';
import type { Picture } from '../../image/picture.ts';
import { type CreateSession, pictureTensor } from './graph-session.ts';
import { readLosses, type StepLosses, styleLosses } from './losses.ts';

/** A stylized picture and the photograph that it was made from, of one size. */
export interface JudgedPair {
  readonly stylized: Picture;
  readonly photograph: Picture;
}

/** Computes an objective's loss and its unweighted terms for finished pictures. */
export interface Judge {
  /** @throws if the two sizes differ, or a side is too short for the loss network's pooling */
  judge(pair: JudgedPair): Promise<StepLosses>;
  release(): Promise<void>;
}

/** @param constants style targets and weights by input name, as objectiveFeeds gives them */
export async function createJudge(
  objective: Objective,
  constants: Readonly<Record<string, Tensor>>,
  createSession: CreateSession,
): Promise<Judge> {
  const session = await createSession(writeOnnx(judgeGraph(objective)));
  const shortestSide = smallestSide(objective);
  return {
    judge: async (pair) => {
      requireJudgeable(pair, shortestSide);
      const { stylized, photograph } = pair;
      const feeds = { ...constants, stylized: pictureTensor(stylized), content: pictureTensor(photograph) };
      return readLosses(styleLosses, await session.run(feeds));
    },
    release: () => session.release(),
  };
}

/** Every block of the loss network but the first begins by halving the picture, as does every level of the pyramid. */
export function smallestSide({ lossNetwork, recipe }: Objective): number {
  const sides = recipeLayers(recipe).map((layer) => {
    const block = vggConvolutionsTo(lossNetwork.architecture, layer).at(-1)?.block ?? 1;
    return 2 ** (block - 1) * 2 ** (recipe.pyramidLevels - 1) * (2 * recipe.styleMargin + 1);
  });
  return Math.max(...sides);
}

/** @throws if the sizes of the two differ, or a side is shorter than that */
export function requireJudgeable({ stylized, photograph }: JudgedPair, shortestSide: number): void {
  const { width, height } = stylized;
  if (width !== photograph.width || height !== photograph.height) {
    throw new Error(
      `Expected a stylized picture of its photograph's ${photograph.width}×${photograph.height} pixels ` +
        `but received ${width}×${height}`,
    );
  }
  if (Math.min(width, height) < shortestSide) {
    throw new Error(
      `Expected pictures of at least ${shortestSide}×${shortestSide} pixels to judge but received ${width}×${height}`,
    );
  }
}
