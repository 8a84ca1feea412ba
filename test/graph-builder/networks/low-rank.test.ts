import { expect, it } from 'vitest';
import { type FloatTensor, floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { input } from '../../../src/graph-builder/ir/value.ts';
import { convolutionCost } from '../../../src/graph-builder/networks/low-rank.ts';
import { freezeLossNetwork, vggFeatures, vggLayers } from '../../../src/graph-builder/networks/vgg.ts';
import { type LossNetworkWeights, vggConvolutionsTo } from '../../../src/graph-builder/networks/vgg-architecture.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { patternTensor, tinyVggWeights } from '../../helpers/vgg-files.ts';

const weights = tinyVggWeights('vgg19', 'relu2_1');

async function featuresOf(lossNetwork: LossNetworkWeights) {
  const image = input('image', 'float32', [1, 3, 8, 8]);
  const features = vggFeatures(image, freezeLossNetwork(lossNetwork), ['relu1_2', 'relu2_1']);
  const outputs = [...features].map(([name, value]) => ({ name, value }));
  return runGraph({ name: 'features', inputs: [image], outputs }, { image: randomTensor([1, 3, 8, 8], 1, 0, 255) });
}

const [rank, inputs, outputs] = [3, 64, 64];
const reduction = patternTensor([rank, inputs, 1, 1], 6);
const combination = patternTensor([outputs, rank, 1, 1], 8);

const withTensors = (...tensors: readonly (readonly [string, FloatTensor])[]) => ({
  ...weights,
  tensors: new Map([...weights.tensors, ...tensors]),
});

it('computes a convolution of low rank as the full one whose kernel is the product of its three', async () => {
  const basis = patternTensor([rank, rank, 3, 3], 7);
  const three = [0, 1, 2];
  const full = new Float32Array(outputs * inputs * 9).map((_, index) => {
    const [output, channel, place] = [Math.floor(index / (inputs * 9)), Math.floor(index / 9) % inputs, index % 9];
    const basisAt = (r: number) =>
      three.reduce(
        (sum, s) => sum + (basis.data[(r * rank + s) * 9 + place] ?? 0) * (reduction.data[s * inputs + channel] ?? 0),
        0,
      );
    return three.reduce((sum, r) => sum + (combination.data[output * rank + r] ?? 0) * basisAt(r), 0);
  });
  const lowRank = withTensors(
    ['conv1_2.reduction.weight', reduction],
    ['conv1_2.basis.weight', basis],
    ['conv1_2.weight', combination],
  );
  const product = withTensors(['conv1_2.weight', floatTensor([outputs, inputs, 3, 3], full)]);
  expectAllClose(await featuresOf(lowRank), await featuresOf(product), 1e-5);
});

it('computes what comes after the pooling where the basis has stride 2, and says that it has nothing before', async () => {
  const pooling = withTensors(
    ['conv1_2.reduction.weight', reduction],
    ['conv1_2.basis.weight', patternTensor([rank, rank, 4, 4], 7)],
    ['conv1_2.weight', combination],
  );
  const image = input('image', 'float32', [1, 3, 9, 8]);
  const layers = vggLayers(image, freezeLossNetwork(pooling), 'relu2_1');
  expect(layers.get('relu1_2')?.next.shape).toEqual([1, 64, 4, 4]);
  expect(layers.get('relu2_1')?.features.shape).toEqual([1, 128, 4, 4]);
  await expect(featuresOf(pooling)).rejects.toThrow(
    'Expected a loss network with the features of relu1_2 but this one, of low rank, has them only after the pooling: take --loss-network vgg19',
  );
});

it('counts the multiplications for each pixel of the picture', () => {
  const convolution = vggConvolutionsTo('vgg19', 'relu3_1').at(-1);
  if (!convolution) throw new Error('conv3_1');
  expect(convolutionCost(convolution)).toBe((9 * 128 * 256) / 16);
  expect(convolutionCost(convolution, 32)).toBe((128 * 32 + 9 * 32 * 32 + 32 * 256) / 16);
  const pooled = vggConvolutionsTo('vgg19', 'relu3_1').find(({ name }) => name === 'conv2_2');
  if (!pooled) throw new Error('conv2_2');
  expect(convolutionCost(pooled, 32)).toBe((128 * 32 + (16 * 32 * 32 + 32 * 128) / 4) / 4);
});
