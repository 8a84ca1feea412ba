import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** What a stream of random numbers is for: the key after the seed, so that no two uses share their numbers. */
export const RandomPurpose = {
  PhotographOrder: 1,
  PhotographCrop: 2,
  Parameters: 3,
  Validation: 4,
  Noise: 5,
  Disturbance: 6,
  PaintingChoice: 7,
  PaintingVariant: 8,
} as const;

/** A sequence of random numbers, the same for the same keys on every machine. */
export interface RandomStream {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A whole number, uniform from 0 to count - 1. */
  below(count: number): number;
  /** Normally distributed, mean 0 and variance 1 (Box and Muller 1958). */
  normal(): number;
  /** The numbers 0 to count - 1 in random order (Fisher and Yates). */
  permutation(count: number): Uint32Array;
}

/**
 * A stream that depends on its keys alone, never on what was drawn elsewhere: whatever is drawn for (seed, purpose,
 * epoch, index) stays the same in another thread, in another order, or in a run that was resumed.
 * Generator: xoroshiro128+, its state hashed from the keys.
 * @param keys whole numbers from 0 to 2^53 - 1, by convention the seed, a RandomPurpose, then what the purpose needs
 * @throws if a key is not such a number
 */
export function randomStream(...keys: readonly number[]): RandomStream {
  const generator = xoroshiro128plusFromState(hashKeys(keys));
  const uniform = () => uniformFloat64(generator);
  const below = (count: number) => uniformInt(generator, 0, count - 1);
  return {
    uniform,
    below,
    // 1 - uniform() lies in (0, 1], whose logarithm is finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation: (count) => shuffle(count, below),
  };
}

function shuffle(count: number, below: (count: number) => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const chosen = below(last + 1);
    const swapped = order[last] ?? 0;
    order[last] = order[chosen] ?? 0;
    order[chosen] = swapped;
  }
  return order;
}

// The first four primes' square roots (the start values of SHA-256): four lanes that hash the same words differently.
const LANES = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a];

function hashKeys(keys: readonly number[]): number[] {
  const words = keys.flatMap((key) => {
    if (!Number.isSafeInteger(key) || key < 0) {
      throw new Error(
        `Expected a random key (a seed, say) to be a whole number from 0 to 2^53 - 1 but received ${key}`,
      );
    }
    return [key >>> 0, Math.floor(key / 2 ** 32)];
  });
  return LANES.map((lane) => words.reduce((hash, word) => mixBits((hash ^ word) + lane), lane));
}

/** MurmurHash3's 32-bit finaliser: each bit of the input changes half of the output's bits. */
function mixBits(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
