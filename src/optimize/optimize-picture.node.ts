import type { Tensor } from 'onnxruntime-common';
import type { Objective } from '../graph-builder/objective/objective.ts';
import { shortestPaintingSide } from '../image/painting.ts';
import { type Picture, type PictureSize, sizeWithShortSide } from '../image/picture.ts';
import { resizePicture } from '../image/resize.node.ts';
import type { CreateSession } from '../loss-network/objective/graph-session.ts';
import { smallestSide } from '../loss-network/objective/judge.ts';
import type { StepLosses } from '../loss-network/objective/losses.ts';
import { type ObjectiveConstants, objectiveFeeds } from '../loss-network/objective/objective-feeds.ts';
import { computeStyleTargets } from '../loss-network/objective/style-targets.ts';
import type { Target } from '../lowering/targets.ts';
import { learningRateAt } from '../train/schedule.ts';
import { type Level, planLevels } from './levels.ts';
import { createPictureSteps } from './picture-steps.ts';

/** What to paint, after what, by what measure, and whom to tell. */
export interface PictureOptimization extends Pick<ObjectiveConstants, 'weights' | 'layerWeights'> {
  /** At the size that the picture is to have. */
  readonly photograph: Picture;
  readonly painting: Picture;
  readonly objective: Objective;
  /** On all sizes together. */
  readonly iterations: number;
  /** Where the sessions run. */
  readonly target: Target;
  readonly createSession: CreateSession;
  /** Stops the work after the iteration under way. */
  readonly signal: AbortSignal;
  /** Told after every iteration. */
  readonly onIteration: (progress: IterationProgress) => Promise<void>;
}

/** How far the work has come. */
export interface IterationProgress extends PictureSize {
  /** From 1, counted over all sizes. */
  readonly iteration: number;
  /** The share of the whole work that is done, 0 to 1. */
  readonly share: number;
  /** The loss and its unweighted terms, of the picture before the iteration. */
  readonly losses: StepLosses;
  /** The picture so far, at the size that is worked on. */
  readonly picture: () => Picture;
}

/** What has become of a photograph. */
export interface OptimizedPicture {
  /** Of the photograph's size. */
  readonly picture: Picture;
  /** Iterations that were made. */
  readonly iterations: number;
  /** Those of the last iteration; undefined if there was none. */
  readonly losses: StepLosses | undefined;
}

/** Adam's first step on the 0..255 scale: it falls over each size along half a period of the cosine. */
const learningRate = 8;

/** The shortest side that a reduced picture may have. */
const shortestReducedSide = 48;

/**
 * Paints a photograph in the style of a painting by changing its pixels until the objective is low (Gatys et al. 2016), on
 * small copies first. The same work on the same device with as many threads gives the same picture.
 * @throws if a side is too short for the loss network, or the loss is not finite
 */
export async function optimizePicture(work: PictureOptimization): Promise<OptimizedPicture> {
  const { photograph, objective, signal } = work;
  requireLongEnough(photograph, objective);
  const levels = planLevels(photograph, work.iterations, Math.max(shortestReducedSide, smallestSide(objective)));
  const effort = levels.reduce((sum, level) => sum + level.iterations * pixelsOf(level), 0);
  let picture = photograph;
  let losses: StepLosses | undefined;
  let [iteration, share] = [0, 0];
  for (const level of levels) {
    if (signal.aborted) break;
    const { width, height } = level;
    const constants = await computeConstants(work, level);
    const steps = await createPictureSteps(
      { ...work, constants, photograph: await resizePicture(photograph, level, 'fill') },
      await resizePicture(picture, level, 'fill'),
    );
    try {
      for (let index = 1; index <= level.iterations && !signal.aborted; index++) {
        iteration++;
        share += pixelsOf(level) / effort;
        losses = await steps.step(rateAt(level, index));
        requireFinite(losses, iteration);
        await work.onIteration({ iteration, share, width, height, losses, picture: steps.picture });
      }
      picture = steps.picture();
    } finally {
      await steps.release();
    }
  }
  return { picture: await resizePicture(picture, photograph, 'fill'), iterations: iteration, losses };
}

/** What the painting asks for at a level: it is reduced as the photograph is, as far as it still has strokes then. */
async function computeConstants(
  { photograph, painting, objective, weights, layerWeights, createSession }: PictureOptimization,
  level: Level,
): Promise<Readonly<Record<string, Tensor>>> {
  const ownSide = Math.min(painting.width, painting.height);
  const shortSide = Math.max(shortestPaintingSide, Math.round((ownSide * level.width) / photograph.width));
  const size = shortSide < ownSide ? sizeWithShortSide(painting, shortSide) : painting;
  const reduced = await resizePicture(painting, size, 'fill');
  const styleTargets = await computeStyleTargets(objective, reduced, createSession);
  return objectiveFeeds({ styleTargets, weights, layerWeights });
}

function rateAt({ iterations }: Level, index: number): number {
  const schedule = { name: 'cosine', warmUp: 0, every: 1 } as const;
  return learningRateAt({ schedule, learningRate, steps: iterations }, index);
}

function pixelsOf({ width, height }: PictureSize): number {
  return width * height;
}

/** @throws if a photograph has a side that the loss network's pooling leaves nothing of */
export function requireLongEnough({ width, height }: PictureSize, objective: Objective): void {
  const shortest = smallestSide(objective);
  if (Math.min(width, height) >= shortest) return;
  throw new Error(
    `Expected a photograph of at least ${shortest} pixels a side, which the loss network needs, but received ${width}×${height}`,
  );
}

function requireFinite({ loss }: StepLosses, iteration: number): void {
  if (Number.isFinite(loss)) return;
  throw new Error(
    `Expected a finite loss at iteration ${iteration} but received ${loss}: lower the weights of its terms`,
  );
}
