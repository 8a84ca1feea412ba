import { describe, expect, it } from 'vitest';
import { sortNodes, sortResults } from '../../../src/graph-builder/ir/sort-nodes.ts';
import { elementCount, floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import type { TransformNetworkOptions } from '../../../src/graph-builder/networks/transform-network.ts';
import { conv, relu } from '../../../src/graph-builder/operators/index.ts';
import { foldConstants } from '../../../src/lowering/constant-folding.ts';
import { fixSize } from '../../../src/lowering/export/fixed-size.ts';
import { applyRule } from '../../../src/lowering/lower.ts';
import { lowerForInference } from '../../../src/lowering/lower-for-inference.ts';
import { channelGroups } from '../../../src/lowering/rules/channel-groups.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../../helpers/tiny-network.ts';

const networkOf = (options: Partial<TransformNetworkOptions>): Graph => {
  const network = { ...tinyNetwork, ...options };
  return inferenceGraph(network, randomParameters(network, 1));
};

/** The most values that a result holds which depends on the picture; parameters have no place in it. */
function largestResult(graph: Graph): number {
  const ofPicture = new Set<Value>(graph.inputs);
  const sizes = sortResults(graph.outputs.map(({ value }) => value)).map((result) => {
    if (!result.node.inputs.some((value) => value && ofPicture.has(value))) return 0;
    ofPicture.add(result);
    return elementCount(result.shape.map(Number));
  });
  return Math.max(...sizes);
}

describe('channel groups', () => {
  it.each<Partial<TransformNetworkOptions>>([
    { channels: 16, output: 'linear' },
    { channels: 32 },
    { channels: 48, padding: 'zero' },
    { channels: 32, upsampling: 'deconv' },
  ])('keeps the function, with the faster form and without: %o', async (options) => {
    const image = randomPictures(2, 30, 43);
    const plain = networkOf(options);
    const expected = await runGraph(plain, { image });
    const faster = lowerForInference(plain);
    expect(sortNodes(applyRule(faster, channelGroups)).length).toBeGreaterThan(sortNodes(faster).length);
    for (const graph of [plain, faster]) {
      expectAllClose(await runGraph(applyRule(graph, channelGroups), { image }), expected, 1e-5);
    }
  });

  it('takes biases along: of the first convolution in parts, of the second once', async () => {
    const picture = input('picture', 'float32', [1, 3, 9, 7]);
    const array = (shape: readonly number[], seed: number) =>
      constant(floatTensor(shape, Float32Array.from(randomTensor(shape, seed).data)));
    const window = { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] };
    const wide = relu(conv(picture, array([32, 3, 3, 3], 1), array([32], 2), window));
    const value = conv(wide, array([3, 32, 3, 3], 3), array([3], 4), window);
    const graph: Graph = { name: 'biased', inputs: [picture], outputs: [{ name: 'y', value }] };
    const grouped = applyRule(graph, channelGroups);
    expect(sortNodes(grouped).filter(({ operator }) => operator === 'Conv')).toHaveLength(4);
    const feeds = { picture: randomTensor([1, 3, 9, 7], 5) };
    expectAllClose(await runGraph(grouped, feeds), evaluateGraph(graph, feeds), 1e-5);
  });

  it('leaves no result larger than sixteen channels at full size, with their borders', () => {
    const [width, height] = [128, 96];
    const graph = foldConstants(fixSize(lowerForInference(networkOf({ channels: 64 })), { width, height }));
    expect(largestResult(graph)).toBeGreaterThan(64 * width * height);
    // The second convolution makes a quarter as many values of twice as many channels.
    expect(largestResult(applyRule(graph, channelGroups))).toBeLessThan(1.2 * 32 * width * height);
  });

  it('leaves a network of eight channels as it is', () => {
    const graph = lowerForInference(networkOf({ channels: 8 }));
    expect(applyRule(graph, channelGroups).outputs).toEqual(graph.outputs);
  });
});
