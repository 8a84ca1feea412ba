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
  /** The convolution's own result [N, C, H, W]; of half the height and width where it is of low rank and pools. */
  readonly response: Value;
  /** The same after its ReLU. */
  readonly features: Value;
  /** What the next convolution reads: the features, pooled where a block ends. */
  readonly next: Value;
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
  for (const layer of layers) requireFeatures(lossNetwork, layer);
  const computed = vggLayers(image, lossNetwork, deepestLayer(lossNetwork, layers));
  return new Map(
    [...computed].filter(([layer]) => layers.includes(layer)).map(([layer, { features }]) => [layer, features]),
  );
}

function requireFeatures(lossNetwork: LossNetwork, layer: string): void {
  const convolution = vggConvolutionsTo(lossNetwork.architecture, layer).at(-1);
  if (convolution && poolsItself(lossNetwork, convolution)) {
    throw new Error(
      `Expected a loss network with the features of ${layer} but this one, of low rank, has them only after the pooling: ` +
        `take --loss-network ${lossNetwork.architecture}`,
    );
  }
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
  let x = preprocess(image, lossNetwork);
  for (const convolution of vggConvolutionsTo(lossNetwork.architecture, deepest)) {
    const layer = inScope(convolution.name, () => {
      const response = convolutionResponse(x, lossNetwork, convolution);
      const features = relu(response);
      const pools = convolution.pooled && !poolsItself(lossNetwork, convolution);
      return { response, features, next: pools ? pooledFeatures(response) : features };
    });
    x = layer.next;
    layers.set(layerOfConvolution(convolution.name), layer);
  }
  return layers;
}

/** Features pooled. Maxima first, which is the same and leaves a quarter of the values to the ReLU and its gradient. */
function pooledFeatures(response: Value): Value {
  return relu(maxPool(response, { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }));
}

function convolutionResponse(x: Value, lossNetwork: LossNetwork, convolution: VggConvolution): Value {
  const { name, inputChannels, outputChannels } = convolution;
  const parameter = (kind: string, shape: readonly number[]) => {
    const value = lossNetwork.parameters.get(`${name}.${kind}`);
    if (value && sameShape(value.shape, shape)) return value;
    const received = value ? formatShape(value.shape) : 'none';
    throw new Error(
      `Expected loss-network weights ${name}.${kind} of shape ${formatShape(shape)} but found ${received}`,
    );
  };
  const bias = parameter('bias', [outputChannels]);
  const rank = lossNetwork.parameters.get(`${name}.basis.weight`)?.shape[0];
  if (typeof rank !== 'number')
    return conv(x, parameter('weight', [outputChannels, inputChannels, 3, 3]), bias, window3);
  const reduced = conv(x, parameter('reduction.weight', [rank, inputChannels, 1, 1]), null, window1);
  const basis = poolsItself(lossNetwork, convolution)
    ? conv(reduced, parameter('basis.weight', [rank, rank, 4, 4]), null, poolingWindow)
    : conv(reduced, parameter('basis.weight', [rank, rank, 3, 3]), null, window3);
  return conv(basis, parameter('weight', [outputChannels, rank, 1, 1]), bias, window1);
}

/** Whether a convolution is of low rank and learnt what comes after the pooling. */
function poolsItself({ parameters }: LossNetwork, { name }: VggConvolution): boolean {
  return parameters.get(`${name}.basis.weight`)?.shape[2] === 4;
}

const poolingWindow = { kernel_shape: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1] };
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
