import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitValidation } from '../../../src/train/data/validation-split.ts';

const names = (length: number) => Array.from({ length }, (_, index) => `${String(index).padStart(3, '0')}.jpg`);

describe('splitValidation', () => {
  it('splits into two parts that make the whole, each in its order', () => {
    const sizes = fc.integer({ min: 1, max: 60 }).chain((length) => fc.tuple(fc.constant(length), fc.nat(length - 1)));
    fc.assert(
      fc.property(sizes, fc.nat(), ([length, count], seed) => {
        const { training, validation } = splitValidation(names(length), count, seed);
        expect(validation).toHaveLength(count);
        expect([...training, ...validation].sort()).toEqual(names(length));
        for (const part of [training, validation]) expect(part).toEqual(part.toSorted());
      }),
    );
  });

  it('depends on the seed and grows with the count', () => {
    const split = (count: number, seed: number) => splitValidation(names(100), count, seed).validation;
    expect(split(10, 1)).toEqual(split(10, 1));
    expect(split(10, 1)).not.toEqual(split(10, 2));
    expect(split(20, 1)).toEqual(expect.arrayContaining([...split(10, 1)]));
  });

  it('chooses from everywhere', () => {
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    const chosen = new Set(seeds.flatMap((seed) => splitValidation(names(10), 1, seed).validation));
    expect(chosen.size).toBe(10);
  });

  it('leaves one photograph to train on', () => {
    expect(splitValidation(names(4), 3, 1).training).toHaveLength(1);
    expect(() => splitValidation(names(4), 4, 1)).toThrow('Expected more photographs than the 4');
  });
});
