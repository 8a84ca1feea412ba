import { RandomPurpose, randomStream } from './random.ts';

/** What to split, and how. */
export interface ValidationSplitOptions<File> {
  readonly files: readonly File[];
  /** How many to keep for validation. */
  readonly count: number;
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
}

/** A list in two parts that have nothing in common, each in the order of the whole. */
export interface ValidationSplit<File> {
  readonly training: readonly File[];
  /** Never to be trained on. */
  readonly validation: readonly File[];
}

/**
 * Sets `count` photographs aside at random. The choice depends on (number of files, count, seed) alone, and a larger
 * count adds to the choice of a smaller one.
 * @throws if `count` is not a whole number from 0 to one less than there are files: one must be left to train on
 */
export function validationSplit<File>({ files, count, seed }: ValidationSplitOptions<File>): ValidationSplit<File> {
  if (!Number.isInteger(count) || count < 0 || count >= Math.max(files.length, 1)) {
    throw new Error(
      `Expected the number of validation photographs to be a whole number from 0 to ${Math.max(files.length - 1, 0)}, of ${files.length} photographs in all, but received ${count}`,
    );
  }
  const order = randomStream(seed, RandomPurpose.ValidationSplit).permutation(files.length);
  const chosen = new Set(order.subarray(0, count));
  return {
    training: files.filter((_, index) => !chosen.has(index)),
    validation: files.filter((_, index) => chosen.has(index)),
  };
}
