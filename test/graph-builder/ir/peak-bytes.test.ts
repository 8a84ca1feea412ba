import { describe, expect, it } from 'vitest';
import { symbolic } from '../../../src/graph-builder/ir/dimension.ts';
import { peakBytes } from '../../../src/graph-builder/ir/peak-bytes.ts';
import { type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { add, exp, greater, identity, reduceSum, reshape, sqrt } from '../../../src/graph-builder/operators/index.ts';

const x = input('x', 'float32', [10, 10]);
const graphOf = (...values: readonly Value[]): Graph => ({
  name: 'test',
  inputs: [x],
  outputs: values.map((value, index) => ({ name: `y${index}`, value })),
});

describe('peakBytes', () => {
  it('of a chain is that of a result and the one it is made from', () => {
    expect(peakBytes(graphOf(sqrt(exp(exp(exp(x))))))).toBe(800);
  });

  it('keeps what is read later, and outputs to the end', () => {
    const early = exp(x);
    expect(peakBytes(graphOf(add(early, sqrt(sqrt(exp(early))))))).toBe(1200);
    expect(peakBytes(graphOf(exp(x), exp(x), exp(x)))).toBe(1200);
  });

  it('counts elements by their types, and no copy for another shape', () => {
    expect(peakBytes(graphOf(greater(x, 0)))).toBe(100);
    expect(peakBytes(graphOf(reshape(exp(x), [100])))).toBe(400);
    expect(peakBytes(graphOf(reduceSum(identity(reshape(x, [100])), [0], 0)))).toBe(4);
  });

  it('needs to know the shapes', () => {
    const any = input('any', 'float32', [symbolic('N')]);
    expect(() => peakBytes({ ...graphOf(exp(any)), inputs: [any] })).toThrow(/an estimate of the memory/);
  });
});
