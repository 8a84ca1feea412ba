import type { CropDraws } from './crop-choice.ts';
import { RandomPurpose, randomStream } from './random.ts';

/** Where a run stands in its data: the next sample is the `position`-th of its epoch, both counted from 0. */
export interface DataCursor {
  readonly epoch: number;
  readonly position: number;
}

/** One training sample: which photograph, and the random numbers that place its crop. */
export interface Sample {
  readonly index: number;
  readonly draws: CropDraws;
}

/** Answers which sample stands at a cursor. */
export type Sampler = (cursor: DataCursor) => Sample;

/** The beginning of the first epoch. */
export const FIRST_SAMPLE: DataCursor = { epoch: 0, position: 0 };

/** The cursor after this one, in epochs of `count` photographs. */
export function advance({ epoch, position }: DataCursor, count: number): DataCursor {
  return position + 1 < count ? { epoch, position: position + 1 } : { epoch: epoch + 1, position: 0 };
}

/** The cursor itself, or the next epoch's beginning where it lies past the end of its epoch of `count` photographs. */
export function withinEpoch(cursor: DataCursor, count: number): DataCursor {
  return cursor.position < count ? cursor : { epoch: cursor.epoch + 1, position: 0 };
}

/**
 * A sampler over `count` photographs. Each epoch is a new random order of all of them that depends on (seed, epoch)
 * alone, and each sample's draws on (seed, epoch, position) alone: a run resumed at a cursor goes on exactly as the
 * uninterrupted run would.
 * @throws if `count` is not at least 1; the sampler throws if a cursor lies outside an epoch
 */
export function createSampler(seed: number, count: number): Sampler {
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`Expected at least one photograph to sample but received ${count}`);
  }
  let current: { readonly epoch: number; readonly order: Uint32Array } | undefined;
  const orderOf = (epoch: number): Uint32Array => {
    if (current?.epoch !== epoch) {
      current = { epoch, order: randomStream(seed, RandomPurpose.PhotographOrder, epoch).permutation(count) };
    }
    return current.order;
  };
  return ({ epoch, position }) => {
    const index = orderOf(epoch)[position];
    if (index === undefined) {
      throw new Error(
        `Expected a data cursor's position to be from 0 to ${count - 1}, for ${count} photographs, but received ${position}`,
      );
    }
    const stream = randomStream(seed, RandomPurpose.PhotographCrop, epoch, position);
    const draws = {
      scale: stream.uniform(),
      left: stream.uniform(),
      top: stream.uniform(),
      mirror: stream.below(2) === 1,
    };
    return { index, draws };
  };
}
