import { type NumberTensor, tensorFrom } from './number-tensor.ts';

/** Uniform numbers in [0, 1) that a seed determines (mulberry32, Tommy Ettinger, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random float32 numbers (exactly representable, so that float32 and float64 start from the same point). */
export function randomTensor(shape: readonly number[], seed: number, low = -1, high = 1): NumberTensor {
  const random = seededRandom(seed);
  return tensorFrom(shape, () => Math.fround(low + (high - low) * random()));
}

/**
 * The numbers 1, 2, … in random order, scaled to about −1..1: no two are closer than 2 / count and none is near zero, so
 * that maxima and comparisons stay away from ties and kinks.
 */
export function distinctTensor(shape: readonly number[], seed: number): NumberTensor {
  const random = seededRandom(seed);
  const count = shape.reduce((product, size) => product * size, 1);
  const order = Array.from({ length: count }, (_, position) => position);
  for (let last = count - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    [order[last], order[chosen]] = [order[chosen] ?? 0, order[last] ?? 0];
  }
  return tensorFrom(shape, (position) => Math.fround(((order[position] ?? 0) + 0.5 - count / 2 + 0.25) / (count / 2)));
}
