import { type Shape, staticShape } from '../../src/graph-builder/ir/dimension.ts';
import { sortResults } from '../../src/graph-builder/ir/sort-nodes.ts';
import { input, type ResultValue, type Value } from '../../src/graph-builder/ir/value.ts';
import { inputParameters } from '../../src/graph-builder/networks/parameters.ts';
import { type TransformNetworkOptions, transformNetwork } from '../../src/graph-builder/networks/transform-network.ts';

/** One convolution of the transform network, as its graph has it. */
export interface ConvolutionLayer {
  /** Where it stands, such as `encoder.conv1` or `residual.3.conv2`. */
  readonly scope: string;
  /** Height and width of the kernel. */
  readonly kernel: number;
  readonly stride: number;
  /** How it comes to twice the size of what it reads, if it does. */
  readonly doubling: 'nearest' | 'transposed' | null;
  /** Of the result, [C, H, W]. */
  readonly shape: readonly number[];
}

/**
 * The convolutions of the transform network in their order.
 * @param size height and width of the photograph
 */
export function transformNetworkLayers(options: TransformNetworkOptions, size: number): readonly ConvolutionLayer[] {
  const image = input('image', 'float32', [1, 3, size, size]);
  const results = sortResults([transformNetwork(image, options, inputParameters().source)]);
  return results.map(convolutionLayer).filter((layer) => layer !== null);
}

function convolutionLayer({ node, shape }: ResultValue): ConvolutionLayer | null {
  if (node.operator !== 'Conv' && node.operator !== 'ConvTranspose') return null;
  const { scope, attributes, inputs } = node;
  const [kernel = 0] = attributes.kernel_shape;
  const [stride = 1] = attributes.strides;
  const transposed = node.operator === 'ConvTranspose';
  return {
    scope,
    kernel,
    stride: transposed ? 1 : stride,
    doubling: transposed ? 'transposed' : readsResized(inputs[0]) ? 'nearest' : null,
    shape: numbers(shape.slice(1)),
  };
}

/** Whether a convolution's input is a resized one, with its border or without. */
function readsResized(x: Value | null | undefined): boolean {
  if (x?.kind !== 'result') return false;
  return x.node.operator === 'Resize' || (x.node.operator === 'Pad' && readsResized(x.node.inputs[0]));
}

function numbers(shape: Shape): readonly number[] {
  return staticShape(shape, "a convolution's result");
}
