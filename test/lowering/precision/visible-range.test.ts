import { describe, expect, it } from 'vitest';
import type { Value } from '../../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { add, clip, mul, relu, tanh } from '../../../src/graph-builder/operators/index.ts';
import { foldConstants } from '../../../src/lowering/constant-folding.ts';
import { applyRule } from '../../../src/lowering/lower.ts';
import { quantizableConvolutions } from '../../../src/lowering/precision/quantized-convolutions.ts';
import { visibleRange } from '../../../src/lowering/precision/visible-range.ts';
import { blockConvolutions } from '../../../src/lowering/rules/block-convolutions.ts';
import { pixelGraph, unchangedConvolution } from '../../helpers/style-models.ts';
import { randomParameters, tinyNetwork } from '../../helpers/tiny-network.ts';

const rangeOf = (build: (x: Value) => Value) =>
  visibleRange(pixelGraph((image) => build(unchangedConvolution(image, 'conv'))))?.range;

describe('visibleRange', () => {
  it.each(['tanh', 'linear'] as const)('finds the last convolution of a network with the output %s', (output) => {
    const options = { ...tinyNetwork, channels: 8, output };
    const graph = foldConstants(applyRule(inferenceGraph(options, randomParameters(options, 1)), blockConvolutions));
    const visible = visibleRange(graph);
    expect(visible?.output).toBe(quantizableConvolutions(graph).at(-1)?.output);
    const { minimum = Number.NaN, maximum = Number.NaN } = visible?.range ?? {};
    const painted = (x: number) => (output === 'tanh' ? 150 * Math.tanh(x) + 127.5 : x);
    expect(painted(minimum)).toBeCloseTo(0, 5);
    expect(painted(maximum)).toBeCloseTo(255, 5);
  });

  it('is without bounds where nothing is cut off', () => {
    expect(rangeOf((x) => add(mul(x, 2), 1))).toEqual({ minimum: -Infinity, maximum: Infinity });
    expect(rangeOf(tanh)).toEqual({ minimum: -Infinity, maximum: Infinity });
  });

  it('is undefined where something else stands between', () => {
    expect(rangeOf((x) => clip(relu(x), 0, 9))).toBeUndefined();
    expect(rangeOf((x) => clip(mul(x, -2), 0, 9))).toBeUndefined();
    expect(rangeOf((x) => clip(add(x, x), 0, 9))).toBeUndefined();
  });
});
