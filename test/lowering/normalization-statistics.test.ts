import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../src/graph-builder/ir/sort-nodes.ts';
import { floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { type Graph, input } from '../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import type { TransformNetworkOptions } from '../../src/graph-builder/networks/transform-network.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { readGraph } from '../../src/graph-builder/onnx/read-graph.ts';
import { relu } from '../../src/graph-builder/operators/index.ts';
import { foldConstants } from '../../src/lowering/constant-folding.ts';
import { applyRule } from '../../src/lowering/lower.ts';
import {
  frozenStatisticsGraph,
  type NormalizationStatistics,
  statisticsGraph,
} from '../../src/lowering/normalization-statistics.ts';
import { halfPrecisionWeights } from '../../src/lowering/precision/half-precision-weights.ts';
import { blockConvolutions } from '../../src/lowering/rules/block-convolutions.ts';
import { subpixelConvolutions } from '../../src/lowering/rules/subpixel-convolutions.ts';
import { expectAllClose } from '../helpers/closeness.ts';
import type { NumberTensors } from '../helpers/number-tensor.ts';
import { evaluateGraph } from '../helpers/reference/evaluate.ts';
import { runGraph } from '../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../helpers/tiny-network.ts';

const network = (options: Partial<TransformNetworkOptions> = {}): Graph => {
  const all = { ...tinyNetwork, ...options };
  return inferenceGraph(all, randomParameters(all, 1));
};

const asStatistics = (outputs: NumberTensors): NormalizationStatistics =>
  new Map(Object.entries(outputs).map(([name, { data }]) => [name, Float32Array.from(data)]));

const operators = (graph: Graph) => sortNodes(graph).map(({ operator }) => operator);

describe('the statistics of instance normalisations', () => {
  it.each([
    ['resize', network()],
    ['deconv', network({ upsampling: 'deconv' })],
    ['half precision', halfPrecisionWeights(network({ channels: 4 }))],
    ['read from a file', readGraph(writeOnnx(network()))],
    [
      'subpixel and block convolutions',
      foldConstants(applyRule(applyRule(network(), subpixelConvolutions), blockConvolutions)),
    ],
    ['those of an export', applyRule(applyRule(network(), subpixelConvolutions), blockConvolutions)],
  ])('of a picture, held fast, paint that picture as before: %s', async (_, graph) => {
    const feeds = { image: randomPictures(1, 21, 30) };
    const statistics = asStatistics(await runGraph(statisticsGraph(graph), feeds));
    const frozen = frozenStatisticsGraph(graph, statistics);
    expectAllClose(await runGraph(frozen, feeds), await runGraph(graph, feeds), 1e-4);
    expect(operators(frozen)).not.toContain('InstanceNormalization');
  });

  it('agree with the float64 reference', async () => {
    const graph = statisticsGraph(network());
    const feeds = { image: randomPictures(1, 16, 20) };
    const reference = evaluateGraph(graph, feeds);
    const computed = await runGraph(graph, feeds);
    expect(Object.keys(computed)).toHaveLength(30);
    expectAllClose(computed, reference, 1e-4);
  });

  it('are exact where pixels are bright and hardly deviate', async () => {
    const graph = statisticsGraph(network());
    const page = floatTensor([1, 3, 300, 400], new Float32Array(3 * 120_000).fill(255));
    for (let pixel = 60_000; pixel < 60_200; pixel += 2) page.data[pixel] = 20;
    const feeds = { image: { ...page, data: Float64Array.from(page.data) } };
    const [computed, reference] = [await runGraph(graph, feeds), evaluateGraph(graph, feeds)];
    const variances = (outputs: NumberTensors) =>
      Object.fromEntries(Object.entries(outputs).filter(([name]) => name.endsWith('1.variance')));
    expectAllClose(variances(computed), variances(reference), 1e-4);
  });

  it('of another picture paint this one differently', async () => {
    const graph = network();
    const statistics = asStatistics(await runGraph(statisticsGraph(graph), { image: randomPictures(1, 24, 24, 2) }));
    const dark = { image: { ...randomPictures(1, 24, 24), data: randomPictures(1, 24, 24).data.map((x) => x / 9) } };
    const frozen = await runGraph(frozenStatisticsGraph(graph, statistics), dark);
    const own = await runGraph(graph, dark);
    expect(() => expectAllClose(frozen, own, 1e-2)).toThrow();
  });

  it.each([
    ['plain', network()],
    ['subpixel', foldConstants(applyRule(network(), subpixelConvolutions))],
  ])('become part of the convolutions, so that nothing is left to compute for them: %s', (_, graph) => {
    const ones = new Map<string, Float32Array>();
    for (const { name, value } of statisticsGraph(graph).outputs) {
      ones.set(name, new Float32Array(Number(value.shape[0] ?? 0)).fill(1));
    }
    const count = (name: string) => operators(frozenStatisticsGraph(graph, ones)).filter((own) => own === name).length;
    // The output's own × 150 + 127.5, and the sums of the five residual blocks.
    expect([count('Mul'), count('Add')]).toEqual([1, 6]);
  });

  it('are missed by name, and refused for a graph without normalisations', () => {
    expect(() => frozenStatisticsGraph(network(), new Map())).toThrow(
      'Expected 2 values of normalization.1.mean but received none',
    );
    const image = input('image', 'float32', [1, 3, 8, 8]);
    const plain = { name: 'plain', inputs: [image], outputs: [{ name: 'y', value: relu(image) }] };
    expect(() => statisticsGraph(plain)).toThrow('Expected instance normalisations in the graph plain');
  });
});
