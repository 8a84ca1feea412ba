import { differentiate } from '../../src/graph-builder/autodiff/gradients.ts';
import { elementCount, type FloatTensor, floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input, type Value } from '../../src/graph-builder/ir/value.ts';
import { inputParameters } from '../../src/graph-builder/networks/parameters.ts';
import {
  type TransformNetworkOptions,
  transformNetwork,
  transformNetworkParameters,
} from '../../src/graph-builder/networks/transform-network.ts';
import { type Recipe, recipes } from '../../src/graph-builder/objective/recipes.ts';
import { contentTerm, gramMatrix, styleTerm, totalVariationTerm } from '../../src/graph-builder/objective/terms.ts';
import { add, conv, maxPool, mul, relu } from '../../src/graph-builder/operators/index.ts';
import type { GradientGraph } from './gradient-graph.ts';
import { type NumberTensor, type NumberTensors, toNumbers } from './number-tensor.ts';
import { randomTensor } from './random.ts';

export const tinyNetwork: TransformNetworkOptions = {
  channels: 2,
  upsampling: 'resize',
  padding: 'reflect',
  output: 'tanh',
};

/** Parameters of a transform network with values of the size that training gives them. */
export function randomParameters(options: TransformNetworkOptions, seed: number): ReadonlyMap<string, FloatTensor> {
  return new Map(
    transformNetworkParameters(options).map(({ name, shape }, index) => {
      const fanIn = elementCount(shape.slice(1));
      const [low, high] = name.endsWith('scale')
        ? [0.5, 1.5]
        : shape.length === 1
          ? [-0.5, 0.5]
          : [-Math.sqrt(3 / fanIn), Math.sqrt(3 / fanIn)];
      return [name, floatTensor(shape, Float32Array.from(randomTensor(shape, seed + index, low, high).data))];
    }),
  );
}

/** A batch of random pictures, RGB 0..255. */
export const randomPictures = (batch: number, height: number, width: number, seed = 1): NumberTensor =>
  randomTensor([batch, 3, height, width], seed, 0, 255);

/**
 * The training graph in small: the transform network on two pictures of 16×16 and a recipe's three terms with a
 * convolution, ReLU and pooling in the loss network's place; differentiated by every parameter. Static shapes throughout.
 */
export function tinyTrainingGraph(options: TransformNetworkOptions, recipe: Recipe = recipes.balanced): GradientGraph {
  const batch = 2;
  const size = 16;
  const content = input('content', 'float32', [batch, 3, size, size]);
  const target = input('style', 'float32', [1, 4, 4]);
  const { source, inputs } = inputParameters();
  const stylized = transformNetwork(content, options, source);
  const features = tinyFeatures(stylized);
  const style = styleTerm(recipe, gramMatrix(features), target);
  const terms = [
    mul(contentTerm(recipe, features, tinyFeatures(content)), recipe.weights.content),
    mul(style, recipe.weights.style),
    mul(totalVariationTerm(recipe, stylized), recipe.weights.tv),
  ];
  const loss = terms.reduce((sum, term) => add(sum, term));
  const graph: Graph = {
    name: 'tiny',
    inputs: [...inputs, content, target],
    outputs: [{ name: 'loss', value: loss }],
  };
  const parameters = [...randomParameters(options, 3)].map(([name, tensor]) => [name, toNumbers(tensor)] as const);
  const feeds: NumberTensors = {
    ...Object.fromEntries(parameters),
    content: randomPictures(batch, size, size),
    style: randomTensor([1, 4, 4], 2, 0, 4),
  };
  return { graph: differentiate(graph, 'loss', inputs), feeds, differentiated: inputs.map(({ name }) => name) };
}

/** Four feature maps of half the size, in −1..1 or so. */
function tinyFeatures(image: Value): Value {
  const weight = constant(
    floatTensor([4, 3, 3, 3], Float32Array.from(randomTensor([4, 3, 3, 3], 5, -0.002, 0.004).data)),
  );
  const window = { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] };
  return maxPool(relu(conv(image, weight, null, window)), {
    kernel_shape: [2, 2],
    strides: [2, 2],
    pads: [0, 0, 0, 0],
  });
}
