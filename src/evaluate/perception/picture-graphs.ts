import { symbolic } from '../../graph-builder/ir/dimension.ts';
import { inScope } from '../../graph-builder/ir/scope.ts';
import { type Graph, type GraphOutput, type InputValue, input, type Value } from '../../graph-builder/ir/value.ts';
import { type FrozenLossNetwork, vggFeatures } from '../../graph-builder/networks/vgg.ts';
import { layerOfConvolution, vggConvolutions } from '../../graph-builder/networks/vgg-architecture.ts';
import { layerOf } from '../../graph-builder/objective/objective.ts';
import { discountedGramMatrix, relativeError } from '../../graph-builder/objective/terms.ts';
import { averagePool, reduceMean, reduceSumSquare, reshape, sub } from '../../graph-builder/operators/index.ts';
import { type PatchLayer, type PerceptionLayer, patchLayers } from './layers.ts';
import { unitLength } from './unit-length.ts';

/** A loss network, and the layers at which it compares pictures. */
export interface PerceptionNetwork {
  readonly lossNetwork: FrozenLossNetwork;
  readonly layers: readonly PerceptionLayer[];
}

/**
 * What pictures are compared with: `painting` [1, 3, H, W] → `style.LAYER` [1, C, C], the centred Gram matrix, and
 * `patches.LAYER` [1, C, P].
 */
export function paintingGraph(network: PerceptionNetwork): Graph {
  const painting = anyPicture('painting');
  const features = featuresOf(painting, network, 'painting');
  const grams = network.layers.map((layer) => ({ name: `style.${layer}`, value: centredGram(features, layer) }));
  return { name: 'painting', inputs: [painting], outputs: [...grams, ...patchOutputs(features, 'patches')] };
}

/**
 * A picture beside its photograph: `stylized` and `photograph` [1, 3, H, W], `style.LAYER` of the painting →
 * - `style.LAYER.error`, a scalar: ‖C − C*‖² / ‖C*‖² of the centred Gram matrices;
 * - `content.LAYER`, a scalar: the squared difference of the features, each position's channels scaled to unit length, mean
 *   over the positions (Zhang et al. 2018, "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", equation
 *   1, with all weights 1);
 * - `patches.LAYER` and `photograph.LAYER` [1, C, P]: the patches of the two.
 */
export function comparisonGraph(network: PerceptionNetwork): Graph {
  const [stylized, photograph] = [anyPicture('stylized'), anyPicture('photograph')];
  const targets = new Map(network.layers.map((layer) => [layer, styleTarget(network, layer)]));
  const ours = featuresOf(stylized, network, 'stylized');
  const theirs = featuresOf(photograph, network, 'photograph');
  const styles = network.layers.map((layer) => ({
    name: `style.${layer}.error`,
    value: relativeError(centredGram(ours, layer), layerOf(targets, layer)),
  }));
  const contents = network.layers.map((layer) => ({
    name: `content.${layer}`,
    value: unitDifference(layerOf(ours, layer), layerOf(theirs, layer)),
  }));
  return {
    name: 'comparison',
    inputs: [stylized, photograph, ...targets.values()],
    outputs: [...styles, ...contents, ...patchOutputs(ours, 'patches'), ...patchOutputs(theirs, 'photograph')],
  };
}

const anyPicture = (name: string) => input(name, 'float32', [1, 3, symbolic('H'), symbolic('W')]);

function styleTarget({ lossNetwork }: PerceptionNetwork, layer: PerceptionLayer): InputValue {
  const convolutions = vggConvolutions(lossNetwork.architecture);
  const channels = convolutions.find(({ name }) => layerOfConvolution(name) === layer)?.outputChannels ?? 0;
  return input(`style.${layer}`, 'float32', [1, channels, channels]);
}

function featuresOf(picture: Value, { lossNetwork, layers }: PerceptionNetwork, scope: string) {
  return inScope(scope, () => vggFeatures(picture, lossNetwork, layers));
}

/** The means, which are little more than colours, are left out: what remains is what belongs together in a motif. */
function centredGram(features: ReadonlyMap<string, Value>, layer: PerceptionLayer): Value {
  return discountedGramMatrix(layerOf(features, layer), 1);
}

/** Averaged along the last axis first: ONNX Runtime adds up in float32 one by one. */
function unitDifference(x: Value, target: Value): Value {
  const squares = reduceSumSquare(sub(unitLength(x), unitLength(target)), [1], 0);
  return reduceMean(reduceMean(squares, [2], 0), [0, 1], 0);
}

/** The side of a cell in positions of each layer. */
const cellPositions: Readonly<Record<PatchLayer, number>> = { relu3_1: 2, relu4_1: 1 };

/** The mean features of each cell of 8 pixels, [1, C, P], cells in rows from the top. */
function patchOutputs(features: ReadonlyMap<string, Value>, prefix: string): readonly GraphOutput[] {
  return patchLayers.map((layer) => {
    const side = cellPositions[layer];
    const x = layerOf(features, layer);
    const cells = averagePool(x, { kernel_shape: [side, side], strides: [side, side], pads: [0, 0, 0, 0] });
    return { name: `${prefix}.${layer}`, value: reshape(cells, [0, 0, -1]) };
  });
}
