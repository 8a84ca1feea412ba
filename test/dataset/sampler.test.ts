import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CropDraws, chooseCrop } from '../../src/dataset/crop-choice.ts';
import { advance, createSampler, type DataCursor, FIRST_SAMPLE, type Sample } from '../../src/dataset/sampler.ts';

function samples(seed: number, count: number, from: DataCursor, length: number): Sample[] {
  const sampleAt = createSampler(seed, count);
  const drawn: Sample[] = [];
  for (let at = from; drawn.length < length; at = advance(at, count)) drawn.push(sampleAt(at));
  return drawn;
}

describe('createSampler', () => {
  it('shows every photograph once an epoch, in a new order each', () => {
    const orders = [0, 1, 2].map((epoch) => samples(1, 50, { epoch, position: 0 }, 50).map(({ index }) => index));
    for (const order of orders) expect(new Set(order).size).toBe(50);
    expect(orders[0]).not.toEqual(orders[1]);
    expect(orders[1]).not.toEqual(orders[2]);
  });

  it('goes on from any cursor as the uninterrupted run does', () => {
    const whole = samples(4, 7, FIRST_SAMPLE, 40);
    fc.assert(
      fc.property(fc.nat(39), (start) => {
        const cursor = { epoch: Math.floor(start / 7), position: start % 7 };
        expect(samples(4, 7, cursor, 40 - start)).toEqual(whole.slice(start));
      }),
    );
  });

  it('answers in any order of asking', () => {
    const sampleAt = createSampler(4, 7);
    const later = sampleAt({ epoch: 3, position: 2 });
    sampleAt(FIRST_SAMPLE);
    expect(sampleAt({ epoch: 3, position: 2 })).toEqual(later);
  });

  it('depends on the seed', () => {
    expect(samples(1, 20, FIRST_SAMPLE, 20)).not.toEqual(samples(2, 20, FIRST_SAMPLE, 20));
  });

  it('refuses no photographs and a cursor of another folder', () => {
    expect(() => createSampler(1, 0)).toThrow('Expected at least one photograph');
    expect(() => createSampler(1, 3)({ epoch: 0, position: 3 })).toThrow('to be from 0 to 2, for 3 photographs');
  });
});

describe('chooseCrop', () => {
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const anyDraws: fc.Arbitrary<CropDraws> = fc.record({
    scale: fraction,
    left: fraction,
    top: fraction,
    mirror: fc.boolean(),
  });
  const side = fc.integer({ min: 1, max: 3000 });

  it('lies inside the photograph, which is neither enlarged nor shown more than twice as large as the crop', () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 600 }), anyDraws, (width, height, size, draws) => {
        const crop = chooseCrop({ width, height }, size, draws);
        if (Math.min(width, height) < size) {
          expect(crop).toBeUndefined();
          return;
        }
        const shortSide = Math.min(crop?.resized.width ?? 0, crop?.resized.height ?? 0);
        expect(shortSide).toBeGreaterThanOrEqual(size);
        expect(shortSide).toBeLessThanOrEqual(Math.min(width, height, 2 * size));
        expect(crop?.window.left).toBeGreaterThanOrEqual(0);
        expect(crop?.window.top).toBeGreaterThanOrEqual(0);
        expect((crop?.window.left ?? 0) + size).toBeLessThanOrEqual(crop?.resized.width ?? 0);
        expect((crop?.window.top ?? 0) + size).toBeLessThanOrEqual(crop?.resized.height ?? 0);
      }),
    );
  });

  it('reaches all scales and positions', () => {
    const last = 1 - Number.EPSILON;
    const crop = chooseCrop({ width: 1000, height: 500 }, 100, { scale: last, left: last, top: last, mirror: true });
    expect(crop).toEqual({
      resized: { width: 400, height: 200 },
      window: { left: 300, top: 100, size: 100, mirror: true },
    });
    const smallest = chooseCrop({ width: 1000, height: 500 }, 100, { scale: 0, left: 0, top: 0, mirror: false });
    expect(smallest).toEqual({
      resized: { width: 200, height: 100 },
      window: { left: 0, top: 0, size: 100, mirror: false },
    });
  });

  it('takes the whole of a photograph of exactly its size', () => {
    const crop = chooseCrop({ width: 64, height: 64 }, 64, { scale: 0.9, left: 0.9, top: 0.9, mirror: false });
    expect(crop).toEqual({ resized: { width: 64, height: 64 }, window: { left: 0, top: 0, size: 64, mirror: false } });
  });
});
