import { symbolic } from '../ir/dimension.ts';
import { intTensor, type Tensor } from '../ir/tensor.ts';
import { constant, type Graph, input, type Value } from '../ir/value.ts';
import { clip, concat, max, pad, shapeOf, slice, sub } from '../operators/index.ts';
import { constantParameters } from './parameters.ts';
import { type TransformNetworkOptions, transformNetwork } from './transform-network.ts';

/** Below this height or width, reflection inside the network would reach beyond the picture. */
const smallestSide = 8;

/**
 * The graph of model.onnx: `image` float32 [N, 3, H, W] RGB 0..255, any H and W ≥ 1 → `stylized`, same shape, 0..255.
 * The network's own output is rounded up to multiples of four; the surplus rows and columns are cut off. Pictures smaller
 * than eight pixels are extended by their edge first.
 */
export function inferenceGraph(
  options: TransformNetworkOptions,
  parameters: ReadonlyMap<string, Tensor<'float32'>>,
): Graph {
  const image = input('image', 'float32', [symbolic('N'), 3, symbolic('H'), symbolic('W')]);
  const sizes = slice(shapeOf(image), { axes: [0], starts: [2], ends: [4] });
  const enlarged = extendToSmallestSide(image, sizes);
  const stylized = transformNetwork(enlarged, options, constantParameters(parameters));
  const cropped = slice(stylized, { axes: [2, 3], starts: [0, 0], ends: sizes });
  return { name: 'stylize', inputs: [image], outputs: [{ name: 'stylized', value: clip(cropped, 0, 255) }] };
}

function extendToSmallestSide(image: Value, sizes: Value): Value {
  const smallest = constant(intTensor([smallestSide, smallestSide]));
  const missing = sub(max(sizes, smallest), sizes);
  return pad(image, concat([constant(intTensor([0, 0, 0, 0, 0, 0])), missing], 0), 'edge');
}
