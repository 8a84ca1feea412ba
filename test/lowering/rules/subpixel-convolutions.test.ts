import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../../src/graph-builder/ir/sort-nodes.ts';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { conv, pad, resizeNearest } from '../../../src/graph-builder/operators/index.ts';
import { applyRule } from '../../../src/lowering/lower.ts';
import { subpixelConvolutions } from '../../../src/lowering/rules/subpixel-convolutions.ts';
import { windowOf } from '../../graph-builder/operators/window-cases.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../../helpers/tiny-network.ts';

const weight = (outputs: number, inputs: number, side = 3) =>
  constant(
    floatTensor([outputs, inputs, side, side], Float32Array.from(randomTensor([outputs, inputs, side, side], 1).data)),
  );
const border = [0, 0, 1, 1, 0, 0, 1, 1];

function graphOf(shape: readonly number[], build: (x: Value) => Value): Graph {
  const x = input('x', 'float32', shape);
  return { name: 'test', inputs: [x], outputs: [{ name: 'y', value: build(x) }] };
}

const operators = (graph: Graph) => sortNodes(graph).map(({ operator }) => operator);

describe('subpixelConvolutions', () => {
  it.each<[string, readonly number[], (x: Value) => Value]>([
    [
      'a reflected border',
      [2, 3, 4, 5],
      (x) => conv(pad(resizeNearest(x, 2), border, 'reflect'), weight(2, 3), null, windowOf(3)),
    ],
    ['a border of zeros', [1, 2, 5, 3], (x) => conv(resizeNearest(x, 2), weight(3, 2), null, windowOf(3, 1, 1))],
    [
      'a single pixel',
      [1, 2, 1, 1],
      (x) => conv(pad(resizeNearest(x, 2), border, 'reflect'), weight(1, 2), null, windowOf(3)),
    ],
  ])('keeps the function: %s', async (_, shape, build) => {
    const graph = graphOf(shape, build);
    const rewritten = applyRule(graph, subpixelConvolutions);
    expect(operators(rewritten)).toContain('DepthToSpace');
    expect(operators(rewritten)).not.toContain('Resize');
    const feeds = { x: randomTensor(shape, 2) };
    const expected = evaluateGraph(graph, feeds);
    expectAllClose(evaluateGraph(rewritten, feeds), expected, 1e-12);
    expectAllClose(await runGraph(rewritten, feeds), expected, 1e-6);
  });

  it.each([
    [8, 8],
    [13, 11],
    [3, 30],
  ])('keeps the function of the whole network, of any size: %i×%i', async (height, width) => {
    const graph = inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 1));
    const rewritten = applyRule(graph, subpixelConvolutions);
    expect(operators(rewritten).filter((operator) => operator === 'DepthToSpace')).toHaveLength(2);
    const feeds = { image: randomPictures(2, height, width) };
    expectAllClose(await runGraph(rewritten, feeds), await runGraph(graph, feeds), 1e-5);
  });

  it.each<[string, (x: Value) => Value]>([
    ['another factor', (x) => conv(resizeNearest(x, 3), weight(1, 2), null, windowOf(3, 1, 1))],
    ['another kernel', (x) => conv(resizeNearest(x, 2), weight(1, 2, 5), null, windowOf(5, 1, 2))],
    ['stride 2', (x) => conv(resizeNearest(x, 2), weight(1, 2), null, windowOf(3, 2, 1))],
    ['no border', (x) => conv(resizeNearest(x, 2), weight(1, 2), null, windowOf(3))],
    ['a border on one side', (x) => conv(resizeNearest(x, 2), weight(1, 2), null, windowOf(3, 1, [1, 0, 1, 1]))],
    ['a repeated edge', (x) => conv(pad(resizeNearest(x, 2), border, 'edge'), weight(1, 2), null, windowOf(3))],
    ['no enlargement', (x) => conv(pad(x, border, 'reflect'), weight(1, 2), null, windowOf(3))],
    [
      'a wider border',
      (x) => conv(pad(resizeNearest(x, 2), [0, 0, 2, 2, 0, 0, 2, 2], 'reflect'), weight(1, 2), null, windowOf(3)),
    ],
  ])('leaves %s alone', (_, build) => {
    const graph = graphOf([1, 2, 4, 6], build);
    expect(applyRule(graph, subpixelConvolutions).outputs[0]?.value).toBe(graph.outputs[0]?.value);
  });
});
