import { describe, expect, it } from 'vitest';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { createWritingSession } from '../../src/infer/session.node.ts';
import {
  type IterationProgress,
  optimizePicture,
  type PictureOptimization,
} from '../../src/optimize/optimize-picture.node.ts';
import { smoothPicture, vividPicture } from '../helpers/pictures.ts';
import { tinyObjective } from '../helpers/tiny-objective.ts';

/** Small work: a photograph of 200×120 pixels, first at half its size. */
function work(changes: Partial<PictureOptimization> = {}): PictureOptimization {
  return {
    photograph: smoothPicture(200, 120),
    painting: vividPicture(80, 64),
    objective: tinyObjective(),
    weights: recipes.balanced.weights,
    layerWeights: { relu1_1: 0.5, relu2_1: 0.5 },
    iterations: 6,
    target: 'cpu',
    createSession: (model) => createWritingSession(model, { device: 'cpu', threads: 1 }),
    signal: new AbortController().signal,
    onIteration: async () => {},
    ...changes,
  };
}

describe('optimizePicture', () => {
  it('goes from small to large and tells of every iteration', async () => {
    const told: IterationProgress[] = [];
    const previews: (readonly [number, number])[] = [];
    const result = await optimizePicture(
      work({
        onIteration: async (progress) => {
          told.push(progress);
          const { width, height } = progress.picture();
          previews.push([width, height]);
        },
      }),
    );
    expect(result).toMatchObject({ iterations: 6, losses: told.at(-1)?.losses, picture: { width: 200, height: 120 } });
    expect(told.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6]);
    const sizes = [...Array(3).fill([100, 60]), ...Array(3).fill([200, 120])];
    expect(told.map(({ width, height }) => [width, height])).toEqual(sizes);
    expect(previews).toEqual(sizes);
    const shares = told.map(({ share }) => share);
    expect(shares[0]).toBeCloseTo(1 / 15);
    expect(shares[3]).toBeCloseTo(7 / 15);
    expect(shares.at(-1)).toBeCloseTo(1);
  });

  it('lowers the loss', async () => {
    const losses: number[] = [];
    const onIteration = async (progress: IterationProgress) => void losses.push(progress.losses.loss);
    await optimizePicture(work({ photograph: smoothPicture(96, 64), iterations: 20, onIteration }));
    expect(losses).toHaveLength(20);
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? 0));
  });

  it('gives the same picture again', async () => {
    const [first, second] = [await optimizePicture(work()), await optimizePicture(work())];
    expect(second).toEqual(first);
    expect(first.picture.data).not.toEqual(work().photograph.data);
  });

  it('stops after the iteration under way, with a picture of the whole size', async () => {
    const controller = new AbortController();
    const onIteration = async ({ iteration }: IterationProgress) => {
      if (iteration === 2) controller.abort();
    };
    const stopped = await optimizePicture(work({ signal: controller.signal, onIteration }));
    expect(stopped).toMatchObject({ iterations: 2, picture: { width: 200, height: 120 } });
  });

  it('leaves the photograph as it is if it is stopped before it begins', async () => {
    const stopped = await optimizePicture(work({ signal: AbortSignal.abort() }));
    expect(stopped).toEqual({ picture: work().photograph, iterations: 0, losses: undefined });
  });

  it('ends with a sentence if the loss is not finite', async () => {
    const weights = { ...recipes.balanced.weights, style: 1e300 };
    await expect(optimizePicture(work({ weights }))).rejects.toThrow(
      /a finite loss at iteration \d+ but received \S+: lower the weights of its terms/,
    );
  });

  it('refuses a photograph that is too small for the loss network', async () => {
    await expect(optimizePicture(work({ photograph: smoothPicture(40, 1) }))).rejects.toThrow(
      /at least 2 pixels a side.*40×1/,
    );
  });
});
