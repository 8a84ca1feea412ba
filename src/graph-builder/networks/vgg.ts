import { formatShape, sameShape } from '../ir/dimension.ts';
import { inScope } from '../ir/scope.ts';
import { floatTensor } from '../ir/tensor.ts';
import { type ConstantValue, constant, type Value } from '../ir/value.ts';
import { conv, div, maxPool, relu, sub } from '../operators/index.ts';
import {
  type LossNetworkWeights,
  layerOfConvolution,
  type VggArchitecture,
  type VggConvolution,
  vggConvolutions,
  vggConvolutionsTo,
} from './vgg-architecture.ts';

/** A loss network whose weights are values of a graph, by their canonical names: several passes over pictures share them. */
export interface LossNetwork {
  readonly architecture: VggArchitecture;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly parameters: ReadonlyMap<string, Value>;
}

/** A loss network whose weights are constants. */
export interface FrozenLossNetwork extends LossNetwork {
  readonly parameters: ReadonlyMap<string, ConstantValue>;
}

/** What one convolution of a loss network computes. */
export interface LossNetworkLayer {
  /** The convolution's own result [N, C, H, W]. */
  readonly response: Value;
  /** The same after its ReLU. */
  readonly features: Value;
}

/** Freezes weights into constants named `loss_network.conv1_1.weight` and so on. */
export function freezeLossNetwork({ architecture, mean, std, tensors }: LossNetworkWeights): FrozenLossNetwork {
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
  for (const layer of layers) vggConvolutionsTo(lossNetwork.architecture, layer);
  const computed = vggLayers(image, lossNetwork, deepestLayer(lossNetwork, layers));
  return new Map(
    [...computed].filter(([layer]) => layers.includes(layer)).map(([layer, { features }]) => [layer, features]),
  );
}

/**
 * All layers of a VGG network up to one.
 * @param image RGB 0..255 [N, 3, H, W]
 * @param deepest a name such as `relu4_1`
 * @throws if the architecture lacks the layer, or the weights do not reach it
 */
export function vggLayers(
  image: Value,
  lossNetwork: LossNetwork,
  deepest: string,
): ReadonlyMap<string, LossNetworkLayer> {
  const layers = new Map<string, LossNetworkLayer>();
  let previous: LossNetworkLayer | undefined;
  let block = 1;
  for (const convolution of vggConvolutionsTo(lossNetwork.architecture, deepest)) {
    const pooled = convolution.block > block;
    const x = previous ? (pooled ? pooledFeatures(previous) : previous.features) : preprocess(image, lossNetwork);
    const layer = inScope(convolution.name, () => {
      const response = convolutionResponse(x, lossNetwork, convolution);
      return { response, features: relu(response) };
    });
    block = convolution.block;
    previous = layer;
    layers.set(layerOfConvolution(convolution.name), layer);
  }
  return layers;
}

/** Features pooled. Maxima first, which is the same and leaves a quarter of the values to the ReLU and its gradient. */
function pooledFeatures({ response }: LossNetworkLayer): Value {
  return relu(maxPool(response, { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }));
}

function convolutionResponse(x: Value, { parameters }: LossNetwork, convolution: VggConvolution): Value {
  const { name, inputChannels, outputChannels } = convolution;
  const parameter = (kind: string, shape: readonly number[]) => {
    const value = parameters.get(`${name}.${kind}`);
    if (value && sameShape(value.shape, shape)) return value;
    const received = value ? formatShape(value.shape) : 'none';
    throw new Error(
      `Expected loss-network weights ${name}.${kind} of shape ${formatShape(shape)} but found ${received}`,
    );
  };
  const bias = parameter('bias', [outputChannels]);
  const rank = parameters.get(`${name}.basis.weight`)?.shape[0];
  if (typeof rank !== 'number')
    return conv(x, parameter('weight', [outputChannels, inputChannels, 3, 3]), bias, window3);
  const reduced = conv(x, parameter('basis.weight', [rank, inputChannels, 3, 3]), null, window3);
  return conv(reduced, parameter('weight', [outputChannels, rank, 1, 1]), bias, window1);
}

const window3 = { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] };
const window1 = { kernel_shape: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0] };

/** The deepest of some layers of a VGG network. */
export function deepestLayer({ architecture }: Pick<LossNetwork, 'architecture'>, layers: readonly string[]): string {
  const order = vggConvolutions(architecture).map(({ name }) => layerOfConvolution(name));
  return layers.reduce((deepest, layer) => (order.indexOf(layer) > order.indexOf(deepest) ? layer : deepest));
}

/** (RGB − mean) / std, as the network was trained. */
function preprocess(image: Value, { mean, std }: LossNetwork): Value {
  const perChannel = (values: readonly number[]) => constant(floatTensor([1, 3, 1, 1], Float32Array.from(values)));
  const centred = sub(image, perChannel(mean));
  return std.every((deviation) => deviation === 1) ? centred : div(centred, perChannel(std));
}
