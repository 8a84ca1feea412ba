import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../../src/graph-builder/ir/sort-nodes.ts';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import type { WindowAttributes } from '../../../src/graph-builder/ir/value.ts';
import { constant, type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { add, conv, relu } from '../../../src/graph-builder/operators/index.ts';
import { applyRule } from '../../../src/lowering/lower.ts';
import { winogradConvolutions } from '../../../src/lowering/rules/winograd-convolutions.ts';
import { windowOf } from '../../graph-builder/operators/window-cases.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';

interface ConvolutionCase {
  readonly name: string;
  readonly x: readonly number[];
  readonly outputs: number;
  readonly attributes: WindowAttributes;
}

const frozen = (shape: readonly number[], seed: number) =>
  constant(floatTensor(shape, Float32Array.from(randomTensor(shape, seed).data)));

/** relu(conv(x, w) + …) twice, so that a rewritten convolution reads another's result. */
function twoConvolutions({ x, outputs, attributes }: ConvolutionCase): Graph {
  const image = input('x', 'float32', x);
  const [, channels = 0] = x;
  const first = relu(conv(image, frozen([outputs, channels, 3, 3], 1), frozen([outputs], 2), attributes));
  const second = conv(first, frozen([channels, outputs, 3, 3], 3), null, windowOf(3, 1, 1));
  return { name: 'two', inputs: [image], outputs: [{ name: 'y', value: add(second, 0.5) }] };
}

function kernelSides(graph: Graph): readonly number[] {
  return sortNodes(graph).flatMap((node) => (node.operator === 'Conv' ? [node.attributes.kernel_shape[0] ?? 0] : []));
}

describe('winogradConvolutions', () => {
  it.each<ConvolutionCase>([
    { name: 'zero padding', x: [1, 128, 8, 4], outputs: 129, attributes: windowOf(3, 1, 1) },
    { name: 'no padding', x: [1, 130, 6, 10], outputs: 128, attributes: windowOf(3) },
    { name: 'asymmetric padding', x: [1, 128, 7, 4], outputs: 128, attributes: windowOf(3, 1, [1, 2, 2, 0]) },
  ])('keeps the function: $name', async (each) => {
    const graph = twoConvolutions(each);
    const rewritten = applyRule(graph, winogradConvolutions);
    expect(kernelSides(graph)).toEqual([3, 3]);
    expect(kernelSides(rewritten)).toEqual([6, 6]);
    const feeds = { x: randomTensor(each.x, 4) };
    const expected = evaluateGraph(graph, feeds);
    expectAllClose(evaluateGraph(rewritten, feeds), expected, 1e-6);
    expectAllClose(await runGraph(rewritten, feeds), expected, 1e-5);
  });

  const unchanged: readonly (readonly [string, (image: Value) => Value, readonly number[]])[] = [
    ['few channels', (x) => conv(x, frozen([128, 64, 3, 3], 1), null, windowOf(3, 1, 1)), [1, 64, 8, 8]],
    ['stride 2', (x) => conv(x, frozen([128, 128, 3, 3], 1), null, windowOf(3, 2, 1)), [1, 128, 8, 8]],
    ['another kernel', (x) => conv(x, frozen([128, 128, 5, 5], 1), null, windowOf(5, 1, 2)), [1, 128, 8, 8]],
    [
      'sides that are no multiples of 4',
      (x) => conv(x, frozen([128, 128, 3, 3], 1), null, windowOf(3, 1, 1)),
      [1, 128, 8, 6],
    ],
    ['several pictures', (x) => conv(x, frozen([128, 128, 3, 3], 1), null, windowOf(3, 1, 1)), [2, 128, 4, 4]],
  ];
  it.each(unchanged)('leaves %s alone', (_, build, shape) => {
    const image = input('x', 'float32', shape);
    const y = build(image);
    const graph = { name: 'one', inputs: [image], outputs: [{ name: 'y', value: y }] };
    expect(applyRule(graph, winogradConvolutions).outputs[0]?.value).toBe(y);
  });

  it('leaves a weight that is trained alone', () => {
    const [image, weight] = [input('x', 'float32', [1, 128, 4, 4]), input('w', 'float32', [128, 128, 3, 3])];
    const y = conv(image, weight, null, windowOf(3, 1, 1));
    const graph = { name: 'one', inputs: [image, weight], outputs: [{ name: 'y', value: y }] };
    expect(applyRule(graph, winogradConvolutions).outputs[0]?.value).toBe(y);
  });
});
