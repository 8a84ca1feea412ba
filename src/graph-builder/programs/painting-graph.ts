import { symbolic } from '../ir/dimension.ts';
import { type Graph, input, type Value } from '../ir/value.ts';
import { layerOfConvolution, vggConvolutions } from '../networks/vgg-architecture.ts';
import { layerOf, type Objective, perceive } from '../objective/objective.ts';
import { concat, max, mul, reduceMean, reshape, sqrt, sub } from '../operators/index.ts';

/** How many numbers describe a painting: two for each channel of the style layers. */
export function descriptorLength({ lossNetwork, recipe }: Objective): number {
  return vggConvolutions(lossNetwork.architecture)
    .filter(({ name }) => recipe.styleLayers.includes(layerOfConvolution(name)))
    .reduce((sum, { outputChannels }) => sum + 2 * outputChannels, 0);
}

/**
 * What is to be known of a painting: `image` [1, 3, H, W] of any size → its Gram matrices, `style.LAYER` and
 * `style.levelN.LAYER` [1, C, C], as an objective's graphs read them, and `descriptor` [D, 1]: the mean and the standard
 * deviation of every channel of the style layers, layer by layer.
 */
export function paintingGraph(objective: Objective): Graph {
  const image = input('image', 'float32', [1, 3, symbolic('H'), symbolic('W')]);
  const { features, gramMatrices } = perceive(objective, image);
  const targets = [...gramMatrices].map(([name, value]) => ({ name: `style.${name}`, value }));
  const statistics = objective.recipe.styleLayers.flatMap((layer) => meanAndDeviation(layerOf(features, layer)));
  return {
    name: 'painting',
    inputs: [image],
    outputs: [...targets, { name: 'descriptor', value: reshape(concat(statistics, 1), [-1, 1]) }],
  };
}

/** `paintingGraph` without its Gram matrices: what a prediction reads, for half of the work. */
export function descriptorGraph(objective: Objective): Graph {
  const graph = paintingGraph(objective);
  return { ...graph, name: 'descriptor', outputs: graph.outputs.filter(({ name }) => name === 'descriptor') };
}

/** @param features [1, C, H, W]; both results are [1, C] */
function meanAndDeviation(features: Value): readonly [Value, Value] {
  const mean = reduceMean(features, [2, 3], 0);
  const variance = sub(reduceMean(mul(features, features), [2, 3], 0), mul(mean, mean));
  return [mean, sqrt(max(variance, 0))];
}
