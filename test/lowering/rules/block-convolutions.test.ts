import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../../src/graph-builder/ir/sort-nodes.ts';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { conv } from '../../../src/graph-builder/operators/index.ts';
import { applyRule } from '../../../src/lowering/lower.ts';
import { blockConvolutions } from '../../../src/lowering/rules/block-convolutions.ts';
import { windowOf } from '../../graph-builder/operators/window-cases.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork, tinyTrainingGraph } from '../../helpers/tiny-network.ts';

const floats = (...shape: readonly number[]) =>
  constant(floatTensor(shape, Float32Array.from(randomTensor(shape, 1).data)));

function graphOf(shape: readonly number[], build: (x: Value) => Value): Graph {
  const x = input('x', 'float32', shape);
  return { name: 'test', inputs: [x], outputs: [{ name: 'y', value: build(x) }] };
}

const blocks = (graph: Graph) => sortNodes(graph).filter(({ operator }) => operator === 'DepthToSpace').length;

describe('blockConvolutions', () => {
  it.each<[string, readonly number[], (x: Value) => Value]>([
    ['9×9, biased', [2, 2, 16, 12], (x) => conv(x, floats(3, 2, 9, 9), floats(3), windowOf(9))],
    ['9×9, zeros around', [1, 2, 8, 4], (x) => conv(x, floats(3, 2, 9, 9), null, windowOf(9, 1, 4))],
    ['3×3, in blocks of 2×2', [1, 5, 6, 10], (x) => conv(x, floats(3, 5, 3, 3), floats(3), windowOf(3, 1, 1))],
    ['7×9, uneven borders', [1, 3, 9, 15], (x) => conv(x, floats(1, 3, 7, 9), null, windowOf([7, 9], 1, [1, 0, 4, 1]))],
  ])('keeps the function: %s', async (_, shape, build) => {
    const graph = graphOf(shape, build);
    const rewritten = applyRule(graph, blockConvolutions);
    expect(blocks(rewritten)).toBe(1);
    const feeds = { x: randomTensor(shape, 2) };
    const expected = evaluateGraph(graph, feeds);
    expectAllClose(evaluateGraph(rewritten, feeds), expected, 1e-12);
    expectAllClose(await runGraph(rewritten, feeds), expected, 1e-6);
  });

  it('keeps the function of the whole network, of any size', async () => {
    const graph = inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 1));
    const rewritten = applyRule(graph, blockConvolutions);
    // The last convolution, and two of 3×3 to as few channels as only so small a network has.
    expect(blocks(rewritten)).toBe(3);
    const feeds = { image: randomPictures(1, 14, 19) };
    expectAllClose(await runGraph(rewritten, feeds), await runGraph(graph, feeds), 1e-5);
  });

  it('keeps losses and gradients of a training graph', async () => {
    const { graph, feeds } = tinyTrainingGraph(tinyNetwork);
    const rewritten = applyRule(graph, blockConvolutions);
    expect(blocks(rewritten)).toBeGreaterThan(0);
    expectAllClose(await runGraph(rewritten, feeds), await runGraph(graph, feeds), 1e-4);
  });

  it.each<[string, readonly number[], (x: Value) => Value]>([
    ['sides that are no multiples of 4', [1, 2, 16, 13], (x) => conv(x, floats(3, 2, 9, 9), null, windowOf(9))],
    ['many channels', [1, 2, 16, 16], (x) => conv(x, floats(5, 2, 9, 9), null, windowOf(9))],
    ['3×3 to odd sides', [1, 2, 6, 7], (x) => conv(x, floats(3, 2, 3, 3), null, windowOf(3))],
    ['small kernels', [1, 2, 6, 6], (x) => conv(x, floats(3, 2, 1, 1), null, windowOf(1))],
    ['stride 2', [1, 2, 15, 15], (x) => conv(x, floats(3, 2, 9, 9), null, windowOf(9, 2))],
  ])('leaves %s alone', (_, shape, build) => {
    const graph = graphOf(shape, build);
    expect(applyRule(graph, blockConvolutions).outputs[0]?.value).toBe(graph.outputs[0]?.value);
  });
});
