import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDimension,
  addDimensions,
  type Dimension,
  floorDivideDimension,
  formatDimension,
  formatShape,
  maximumDimension,
  multiplyDimension,
  productDimension,
  sameDimension,
  sameShape,
  staticShape,
  symbolic,
} from '../../../src/graph-builder/ir/dimension.ts';
import { evaluateDimension, evaluateFormatted } from '../../helpers/evaluate-dimension.ts';

const small = fc.integer({ min: -9, max: 9 });
const sizes = fc.record({ H: fc.integer({ min: 1, max: 99 }), W: fc.integer({ min: 1, max: 99 }) });

/** Dimensions as networks make them, nested a few operations deep. */
const dimensions: fc.Arbitrary<Dimension> = fc.letrec<{ dimension: Dimension }>((tie) => {
  const inner = tie('dimension');
  return {
    dimension: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Dimension>(symbolic('H'), symbolic('W'), 7),
      fc.tuple(inner, small).map(([d, n]) => addDimension(d, n)),
      fc.tuple(inner, small).map(([d, n]) => multiplyDimension(d, n)),
      fc.tuple(inner, fc.integer({ min: 1, max: 5 })).map(([d, n]) => floorDivideDimension(d, n)),
      fc.tuple(inner, inner).map(([a, b]) => addDimensions(a, b)),
      fc.tuple(inner, inner).map(([a, b]) => productDimension([a, b])),
    ),
  };
}).dimension;

describe('arithmetic of dimensions', () => {
  it('gives what the same arithmetic on the sizes gives', () => {
    fc.assert(
      fc.property(dimensions, dimensions, small, fc.integer({ min: 1, max: 5 }), sizes, (a, b, n, divisor, at) => {
        const [left, right] = [evaluateDimension(a, at), evaluateDimension(b, at)];
        expect(evaluateDimension(addDimension(a, n), at)).toBe(left + n);
        expect(evaluateDimension(multiplyDimension(a, n), at) + 0).toBe(left * n + 0);
        expect(evaluateDimension(floorDivideDimension(a, divisor), at)).toBe(Math.floor(left / divisor));
        expect(evaluateDimension(addDimensions(a, b), at)).toBe(left + right);
        expect(evaluateDimension(productDimension([a, b, 3]), at) + 0).toBe(left * right * 3 + 0);
      }),
    );
  });

  it('finds the larger of a size and a minimum', () => {
    const affine = fc.tuple(small, small).map(([n, m]) => addDimension(multiplyDimension(symbolic('H'), n), m));
    fc.assert(
      fc.property(affine, small, sizes, (dimension, minimum, at) => {
        const larger = Math.max(evaluateDimension(dimension, at), minimum);
        expect(evaluateDimension(maximumDimension(dimension, minimum), at)).toBe(larger);
      }),
    );
  });

  it('prints every dimension as an expression of its value', () => {
    fc.assert(
      fc.property(dimensions, sizes, (dimension, at) => {
        expect(evaluateFormatted(dimension, at) + 0).toBe(evaluateDimension(dimension, at) + 0);
      }),
    );
  });

  it('takes for the same only what is equal at all sizes', () => {
    fc.assert(
      fc.property(dimensions, dimensions, sizes, (a, b, at) => {
        expect(sameDimension(a, a)).toBe(true);
        if (sameDimension(a, b)) expect(evaluateDimension(a, at)).toBe(evaluateDimension(b, at));
      }),
    );
  });

  it('finds a symbolic height again after halving and doubling', () => {
    const height = multiplyDimension(symbolic('H'), 4);
    const quarter = floorDivideDimension(addDimension(height, 1), 2);
    expect(sameDimension(multiplyDimension(quarter, 2), height)).toBe(true);
  });

  it('tells a sum of symbols times two from one symbol times two plus the other', () => {
    const [height, width] = [symbolic('H'), symbolic('W')];
    const doubled = multiplyDimension(addDimensions(height, width), 2);
    const uneven = addDimensions(multiplyDimension(height, 2), width);
    expect(formatDimension(doubled)).not.toBe(formatDimension(uneven));
    expect(sameDimension(floorDivideDimension(doubled, 3), floorDivideDimension(uneven, 3))).toBe(false);
  });
});

describe('shapes', () => {
  const shape = ['N', 3, addDimension(multiplyDimension(symbolic('H'), 2), -1)].map((size) =>
    typeof size === 'string' ? symbolic(size) : size,
  );

  it('print as lists', () => {
    expect(formatShape(shape)).toBe('[N, 3, 2*H-1]');
    expect(formatShape([])).toBe('[]');
  });

  it('are the same only with equal sizes on equally many axes', () => {
    expect(sameShape(shape, [...shape])).toBe(true);
    expect(sameShape(shape, shape.slice(0, 2))).toBe(false);
    expect(sameShape([1, 2], [1, 3])).toBe(false);
  });

  it('that are not static are refused by name', () => {
    expect(staticShape([1, 2], 'a test')).toEqual([1, 2]);
    expect(() => staticShape(shape, 'a test')).toThrow('Expected a static shape for a test but received [N, 3, 2*H-1]');
  });
});
