import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../src/graph-builder/ir/sort-nodes.ts';
import { floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph } from '../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { add } from '../../src/graph-builder/operators/index.ts';
import { shareConstants } from '../../src/lowering/shared-constants.ts';
import { expectAllClose } from '../helpers/closeness.ts';
import { runGraph } from '../helpers/run-graph.ts';
import { identityGraph } from '../helpers/style-models.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../helpers/tiny-network.ts';

const numbers = (values: readonly number[], shape: readonly number[] = [values.length], name?: string) =>
  constant(floatTensor(shape, Float32Array.from(values)), name);

/** How many different constants a graph reads. */
function constantCount(graph: Graph): number {
  const read = sortNodes(graph).flatMap(({ inputs }) => inputs.filter((value) => value?.kind === 'constant'));
  return new Set(read).size;
}

const sumOf = (...constants: readonly ReturnType<typeof numbers>[]): Graph => {
  const graph = identityGraph([1, 3, 1, 1]);
  const [image] = graph.inputs;
  if (!image) throw new Error('Expected an input');
  const sum = constants.reduce((value, term) => add(value, term), add(image, 0));
  return { ...graph, outputs: [{ name: 'sum', value: sum }] };
};

describe('shareConstants', () => {
  it.each([
    ['equal ones', sumOf(numbers([2]), numbers([2]), numbers([2])), 2],
    ['other numbers', sumOf(numbers([2]), numbers([3])), 3],
    ['other shapes', sumOf(numbers([2], [1]), numbers([2], [1, 1])), 3],
    ['named ones', sumOf(numbers([2], [1], 'a'), numbers([2], [1], 'b')), 3],
  ])('%s', (_, graph, count) => {
    expect(constantCount(shareConstants(graph))).toBe(count);
  });

  it('keeps the function of a network, in a smaller file', async () => {
    const graph = inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 1));
    const shared = shareConstants(graph);
    expect(writeOnnx(shared).length).toBeLessThan(writeOnnx(graph).length);
    const feeds = { image: randomPictures(1, 9, 14) };
    expectAllClose(await runGraph(shared, feeds), await runGraph(graph, feeds), 1e-6);
  });
});
