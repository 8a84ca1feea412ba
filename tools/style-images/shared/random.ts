import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** The next number of a sequence, uniform in [0, 1). */
export type Random = () => number;

/** A sequence of random numbers, the same for the same seed on every machine. */
export function randomSequence(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** A number uniform in [-size, size). */
export function spread(random: Random, size: number): number {
  return (2 * random() - 1) * size;
}

/** One of the choices. */
export function choose<T>(random: Random, choices: readonly [T, ...(readonly T[])]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}
