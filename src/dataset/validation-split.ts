import { RandomPurpose, randomStream } from './random.ts';

/** Photographs to train on and photographs to judge by, none in both. */
export interface ValidationSplit {
  readonly training: readonly string[];
  readonly validation: readonly string[];
}

/** How many of so many photographs are kept for validation unless the user says otherwise. */
export function defaultValidationCount(photographs: number): number {
  return photographs >= 100 ? 8 : 0;
}

/**
 * Keeps `count` photographs, drawn by the seed, out of the training. The same files, count and seed give the same split;
 * both parts are in the order of the files.
 * @param count less than the number of files
 * @throws if no photograph would be left to train on
 */
export function splitValidation(files: readonly string[], count: number, seed: number): ValidationSplit {
  if (count >= files.length) {
    throw new Error(
      `Expected more photographs than the ${count} that validation takes but found ${files.length}; lower --validation`,
    );
  }
  const drawn = new Set(randomStream(seed, RandomPurpose.Validation).permutation(files.length).subarray(0, count));
  return {
    training: files.filter((_file, index) => !drawn.has(index)),
    validation: files.filter((_file, index) => drawn.has(index)),
  };
}
