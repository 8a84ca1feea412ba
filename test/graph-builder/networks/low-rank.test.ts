import { expect, it } from 'vitest';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { input } from '../../../src/graph-builder/ir/value.ts';
import { convolutionCost } from '../../../src/graph-builder/networks/low-rank.ts';
import { freezeLossNetwork, vggFeatures } from '../../../src/graph-builder/networks/vgg.ts';
import { type LossNetworkWeights, vggConvolutionsTo } from '../../../src/graph-builder/networks/vgg-architecture.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { patternTensor, tinyVggWeights } from '../../helpers/vgg-files.ts';

const weights = tinyVggWeights('vgg19', 'relu2_1');

function featuresOf(lossNetwork: LossNetworkWeights) {
  const image = input('image', 'float32', [1, 3, 8, 8]);
  const features = vggFeatures(image, freezeLossNetwork(lossNetwork), ['relu1_2', 'relu2_1']);
  const outputs = [...features].map(([name, value]) => ({ name, value }));
  return runGraph({ name: 'features', inputs: [image], outputs }, { image: randomTensor([1, 3, 8, 8], 1, 0, 255) });
}

it('computes a convolution of low rank as the full one whose kernel is the product of its two', async () => {
  const [rank, inputs, outputs] = [3, 64, 64];
  const basis = patternTensor([rank, inputs, 3, 3], 7);
  const combination = patternTensor([outputs, rank, 1, 1], 8);
  const full = new Float32Array(outputs * inputs * 9).map((_, index) => {
    const [output, rest] = [Math.floor(index / (inputs * 9)), index % (inputs * 9)];
    return [0, 1, 2].reduce(
      (sum, r) => sum + (combination.data[output * rank + r] ?? 0) * (basis.data[r * inputs * 9 + rest] ?? 0),
      0,
    );
  });
  const withTensors = (...tensors: readonly (readonly [string, typeof basis])[]) => ({
    ...weights,
    tensors: new Map([...weights.tensors, ...tensors]),
  });
  const lowRank = await featuresOf(withTensors(['conv1_2.basis.weight', basis], ['conv1_2.weight', combination]));
  const product = await featuresOf(withTensors(['conv1_2.weight', floatTensor([outputs, inputs, 3, 3], full)]));
  expectAllClose(lowRank, product, 1e-5);
});

it('counts the multiplications for each pixel of the picture', () => {
  const convolution = vggConvolutionsTo('vgg19', 'relu3_1').at(-1);
  if (!convolution) throw new Error('conv3_1');
  expect(convolutionCost(convolution)).toBe((9 * 128 * 256) / 16);
  expect(convolutionCost(convolution, 32)).toBe((9 * 128 * 32 + 32 * 256) / 16);
});
