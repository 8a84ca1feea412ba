import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../src/graph-builder/ir/sort-nodes.ts';
import { floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input, type Value } from '../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import {
  add,
  concat,
  END,
  expand,
  matMul,
  pad,
  reshape,
  slice,
  transpose,
} from '../../src/graph-builder/operators/index.ts';
import { foldConstants } from '../../src/lowering/constant-folding.ts';
import { fixSize } from '../../src/lowering/export/fixed-size.ts';
import { applyRule } from '../../src/lowering/lower.ts';
import { blockConvolutions } from '../../src/lowering/rules/block-convolutions.ts';
import { subpixelConvolutions } from '../../src/lowering/rules/subpixel-convolutions.ts';
import { expectAllClose } from '../helpers/closeness.ts';
import { randomTensor } from '../helpers/random.ts';
import { evaluateGraph } from '../helpers/reference/evaluate.ts';
import { runGraph } from '../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../helpers/tiny-network.ts';

const floats = (...shape: readonly number[]) =>
  constant(floatTensor(shape, Float32Array.from(randomTensor(shape, 1).data)));

const operators = (graph: Graph) => sortNodes(graph).map(({ operator }) => operator);

describe('foldConstants', () => {
  it.each<[string, Value]>([
    ['Reshape', reshape(floats(2, 3, 4), [6, 4])],
    ['Transpose', transpose(floats(2, 3, 4, 5), [2, 0, 3, 1])],
    ['MatMul', matMul(floats(5, 3), floats(3, 4))],
    ['a batch of MatMul', matMul(floats(2, 5, 3), floats(3, 4))],
    ['Concat', concat([floats(2, 3), floats(1, 3), floats(4, 3)], 0)],
    ['Expand', expand(floats(3), [2, 4, 3])],
    ['Pad', pad(floats(2, 3, 2), [1, 0, 2, 0, 3, 1], 'constant')],
    ['one after the other', transpose(matMul(reshape(floats(4, 9), [12, 3]), floats(3, 2)), [1, 0])],
  ])('computes %s of constants', (_, value) => {
    const x = input('x', 'float32', value.shape);
    const graph = { name: 'test', inputs: [x], outputs: [{ name: 'y', value: add(x, value) }] };
    const folded = foldConstants(graph);
    expect(operators(folded)).toEqual(['Add']);
    const feeds = { x: randomTensor(value.shape.map(Number), 2) };
    expectAllClose(evaluateGraph(folded, feeds), evaluateGraph(graph, feeds), 1e-6);
  });

  it.each([
    [16, 24],
    [13, 9],
    [3, 5],
  ])('leaves no arithmetic of sizes in a network of fixed size, and the function: %i×%i', async (height, width) => {
    const graph = fixSize(inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 1)), { width, height });
    const folded = foldConstants(graph);
    expect(operators(folded).filter((operator) => ['Shape', 'Sub', 'Max', 'Concat'].includes(operator))).toEqual([]);
    expect(operators(folded).includes('Slice')).toBe(height % 4 !== 0 || width % 4 !== 0);
    const feeds = { image: randomPictures(1, height, width) };
    expectAllClose(await runGraph(folded, feeds), await runGraph(graph, feeds), 1e-5);
  });

  it('makes weights of what other passes compute in the graph', async () => {
    const graph = applyRule(
      applyRule(inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 1)), subpixelConvolutions),
      blockConvolutions,
    );
    const folded = foldConstants(graph);
    expect(operators(folded).filter((operator) => ['MatMul', 'Reshape', 'Transpose'].includes(operator))).toEqual([]);
    const feeds = { image: randomPictures(1, 9, 14) };
    expectAllClose(await runGraph(folded, feeds), await runGraph(graph, feeds), 1e-5);
  });

  const x = input('x', 'float32', [2, 3]);
  it.each<[string, Value, boolean]>([
    ['padding by nothing', pad(x, [0, 0, 0, 0], 'constant'), true],
    ['a slice of everything', slice(x, { axes: [1], starts: [0], ends: [END] }), true],
    ['padding that is as large as what it cuts off', pad(x, [0, 1, 0, -1], 'constant'), false],
    ['a reversed slice', slice(x, { axes: [1], starts: [-1], ends: [-END], steps: [-1] }), false],
  ])('of %s', (_, value, isLeftOut) => {
    const graph = { name: 'test', inputs: [x], outputs: [{ name: 'y', value: add(value, 1) }] };
    expect(operators(foldConstants(graph))).toHaveLength(isLeftOut ? 1 : 2);
  });
});
