import { describe, expect, it } from 'vitest';
import { distanceTo, distanceToBorders } from '../../../tools/style-images/shared/distance.ts';
import { randomSequence } from '../../../tools/style-images/shared/random.ts';

describe('distanceTo', () => {
  it('gives what a search over all targets gives', () => {
    const [width, height] = [23, 17];
    const random = randomSequence(3);
    const targets = Array.from({ length: width * height }, () => random() < 0.03);
    const found = distanceTo(width, height, (index) => targets[index] === true);
    const expected = targets.map((_, index) => {
      const distances = targets.flatMap((isTarget, other) =>
        isTarget
          ? [Math.hypot((index % width) - (other % width), Math.floor(index / width) - Math.floor(other / width))]
          : [],
      );
      return Math.min(...distances);
    });
    expect([...found.data].map((value) => value.toFixed(4))).toEqual(expected.map((value) => value.toFixed(4)));
  });
});

describe('distanceToBorders', () => {
  it('counts from the line between two labels, not from where the picture ends', () => {
    const labels = new Uint8Array([1, 1, 1, 2, 2]);
    expect([...distanceToBorders(5, 1, labels).data]).toEqual([2.5, 1.5, 0.5, 0.5, 1.5]);
  });
});
