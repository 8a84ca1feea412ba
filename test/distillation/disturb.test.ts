import { expect, it } from 'vitest';
import { disturb } from '../../src/distillation/disturb.ts';
import { randomTensor } from '../helpers/random.ts';

const [count, size] = [60, 4];
const length = 3 * size * size;
const batch = Float32Array.from(randomTensor([count, 3, size, size], 1, 0, 255).data);
const cursor = { epoch: 0, position: 60 };
const pictureOf = (all: Float32Array, index: number) => [...all.subarray(index * length, (index + 1) * length)];

it('changes about half of the pictures, keeps them in range and leaves the batch as it was', () => {
  const before = [...batch];
  const disturbed = disturb(batch, size, 3, cursor);
  expect([...batch]).toEqual(before);
  const indices = [...Array(count).keys()];
  const changed = indices.filter((index) => pictureOf(disturbed, index).join() !== pictureOf(batch, index).join());
  expect(changed.length).toBeGreaterThan(count / 4);
  expect(changed.length).toBeLessThan((3 * count) / 4);
  expect(disturbed.every((value) => value >= 0 && value <= 255)).toBe(true);
});

it('depends on seed and cursor alone', () => {
  const disturbed = disturb(batch, size, 3, cursor);
  expect(disturb(batch, size, 3, cursor)).toEqual(disturbed);
  expect(disturb(batch, size, 4, cursor)).not.toEqual(disturbed);
  expect(disturb(batch, size, 3, { epoch: 1, position: 60 })).not.toEqual(disturbed);
});
