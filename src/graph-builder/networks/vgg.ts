import { inScope } from '../ir/scope.ts';
import { floatTensor } from '../ir/tensor.ts';
import { constant, type Value } from '../ir/value.ts';
import { conv, div, maxPool, relu, sub } from '../operators/index.ts';
import { constantParameters } from './parameters.ts';
import { type LossNetworkWeights, vggConvolutions, vggConvolutionsTo } from './vgg-architecture.ts';

/**
 * The features of a VGG network at some layers, its weights frozen into the graph; nothing beyond the deepest of the
 * layers is computed.
 * @param image RGB 0..255 [N, 3, H, W]
 * @param layers names such as `relu4_1`
 * @returns by layer: [N, C, H / 2^(block − 1), W / 2^(block − 1)], rounded down at each pooling
 * @throws if the architecture lacks a layer, or the weights do not reach it
 */
export function vggFeatures(
  image: Value,
  weights: LossNetworkWeights,
  layers: readonly string[],
): ReadonlyMap<string, Value> {
  const parameter = constantParameters(weights.tensors);
  const features = new Map<string, Value>();
  let block = 1;
  let x = preprocess(image, weights);
  for (const convolution of deepestConvolutions(weights, layers)) {
    if (convolution.block > block) {
      x = maxPool(x, { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] });
      block = convolution.block;
    }
    const previous = x;
    const { name, inputChannels, outputChannels } = convolution;
    x = inScope(name, () => {
      const weight = parameter('weight', [outputChannels, inputChannels, 3, 3]);
      const window = { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] };
      return relu(conv(previous, weight, parameter('bias', [outputChannels]), window));
    });
    features.set(name.replace('conv', 'relu'), x);
  }
  return new Map(layers.map((layer) => [layer, features.get(layer) ?? x]));
}

/** The deepest of some layers of a VGG network. */
export function deepestLayer(weights: Pick<LossNetworkWeights, 'architecture'>, layers: readonly string[]): string {
  const order = vggConvolutions(weights.architecture).map(({ name }) => name.replace('conv', 'relu'));
  return layers.reduce((deepest, layer) => (order.indexOf(layer) > order.indexOf(deepest) ? layer : deepest));
}

function deepestConvolutions(weights: LossNetworkWeights, layers: readonly string[]) {
  for (const layer of layers) vggConvolutionsTo(weights.architecture, layer);
  return vggConvolutionsTo(weights.architecture, deepestLayer(weights, layers));
}

/** (RGB − mean) / std, as the network was trained. */
function preprocess(image: Value, { mean, std }: LossNetworkWeights): Value {
  const perChannel = (values: readonly number[]) => constant(floatTensor([1, 3, 1, 1], Float32Array.from(values)));
  const centred = sub(image, perChannel(mean));
  return std.every((deviation) => deviation === 1) ? centred : div(centred, perChannel(std));
}
