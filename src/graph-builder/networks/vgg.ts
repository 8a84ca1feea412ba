import { formatShape, sameShape } from '../ir/dimension.ts';
import { inScope } from '../ir/scope.ts';
import { floatTensor } from '../ir/tensor.ts';
import { type ConstantValue, constant, type Value } from '../ir/value.ts';
import { conv, div, maxPool, relu, sub } from '../operators/index.ts';
import {
  type LossNetworkWeights,
  type VggArchitecture,
  type VggConvolution,
  vggConvolutions,
  vggConvolutionsTo,
} from './vgg-architecture.ts';

/** A loss network whose weights are constants of a graph: several passes over pictures share them. */
export interface LossNetwork {
  readonly architecture: VggArchitecture;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly parameters: ReadonlyMap<string, ConstantValue>;
}

/** Freezes weights into constants named `loss_network.conv1_1.weight` and so on. */
export function freezeLossNetwork({ architecture, mean, std, tensors }: LossNetworkWeights): LossNetwork {
  const parameters = [...tensors].map(([name, tensor]) => [name, constant(tensor, `loss_network.${name}`)] as const);
  return { architecture, mean, std, parameters: new Map(parameters) };
}

/**
 * The features of a VGG network at some layers; nothing beyond the deepest of them is computed.
 * @param image RGB 0..255 [N, 3, H, W]
 * @param layers names such as `relu4_1`
 * @returns by layer: [N, C, H / 2^(block − 1), W / 2^(block − 1)], rounded down at each pooling
 * @throws if the architecture lacks a layer, or the weights do not reach it
 */
export function vggFeatures(
  image: Value,
  lossNetwork: LossNetwork,
  layers: readonly string[],
): ReadonlyMap<string, Value> {
  const features = new Map<string, Value>();
  let block = 1;
  let x = preprocess(image, lossNetwork);
  for (const convolution of deepestConvolutions(lossNetwork, layers)) {
    if (convolution.block > block) {
      x = maxPool(x, { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] });
      block = convolution.block;
    }
    const previous = x;
    x = inScope(convolution.name, () => rectifiedConvolution(previous, lossNetwork, convolution));
    features.set(convolution.name.replace('conv', 'relu'), x);
  }
  return new Map(layers.map((layer) => [layer, features.get(layer) ?? x]));
}

function rectifiedConvolution(x: Value, { parameters }: LossNetwork, convolution: VggConvolution): Value {
  const { name, inputChannels, outputChannels } = convolution;
  const parameter = (kind: string, shape: readonly number[]) => {
    const value = parameters.get(`${name}.${kind}`);
    if (value && sameShape(value.shape, shape)) return value;
    const received = value ? formatShape(value.shape) : 'none';
    throw new Error(
      `Expected loss-network weights ${name}.${kind} of shape ${formatShape(shape)} but found ${received}`,
    );
  };
  const weight = parameter('weight', [outputChannels, inputChannels, 3, 3]);
  const window = { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] };
  return relu(conv(x, weight, parameter('bias', [outputChannels]), window));
}

/** The deepest of some layers of a VGG network. */
export function deepestLayer({ architecture }: Pick<LossNetwork, 'architecture'>, layers: readonly string[]): string {
  const order = vggConvolutions(architecture).map(({ name }) => name.replace('conv', 'relu'));
  return layers.reduce((deepest, layer) => (order.indexOf(layer) > order.indexOf(deepest) ? layer : deepest));
}

function deepestConvolutions(lossNetwork: LossNetwork, layers: readonly string[]): readonly VggConvolution[] {
  for (const layer of layers) vggConvolutionsTo(lossNetwork.architecture, layer);
  return vggConvolutionsTo(lossNetwork.architecture, deepestLayer(lossNetwork, layers));
}

/** (RGB − mean) / std, as the network was trained. */
function preprocess(image: Value, { mean, std }: LossNetwork): Value {
  const perChannel = (values: readonly number[]) => constant(floatTensor([1, 3, 1, 1], Float32Array.from(values)));
  const centred = sub(image, perChannel(mean));
  return std.every((deviation) => deviation === 1) ? centred : div(centred, perChannel(std));
}
