import type { Dimension } from '../../graph-builder/ir/dimension.ts';
import type { Node, ResultValue, Value } from '../../graph-builder/ir/value.ts';
import { concat, conv, depthToSpace, expand, pad, reshape } from '../../graph-builder/operators/index.ts';
import type { LoweringRule } from '../rule.ts';
import { thresholds } from '../targets.ts';

/**
 * A block's pixels on a side: the window that it reads is larger by one less, which costs a small kernel more than it
 * saves in large blocks.
 */
const blockSide = (kernel: readonly number[]): number => (Math.min(...kernel) < thresholds.largeBlockKernel ? 2 : 4);

/**
 * Computes a convolution to few channels, such as the network's last one, a block of 4×4 (or 2×2) pixels at a time: a
 * kernel larger by three with stride 4 to 16 times the channels, then DepthToSpace. Half as many multiplications again and
 * more (a 9×9 kernel becomes 12×12), yet kernels for few channels leave most of a vector register empty and copy each
 * pixel once for every tap. Convolutions of more channels fill the registers by themselves.
 */
export const blockConvolutions: LoweringRule = {
  name: 'block-convolutions',
  stage: 'arithmetic',
  targets: ['cpu', 'wasm', 'file'],
  after: ['weight-gradients'],
  rewriter: () => (node, output) => (node.operator === 'Conv' ? replacement(node, output) : undefined),
};

function replacement(
  { inputs: [x, weight, bias], attributes: { kernel_shape, strides, pads, dilations } }: Node<'Conv'>,
  { shape: [, outputs, height = 0, width = 0] }: ResultValue,
): Value | undefined {
  if (!x || !weight || dilations || Number(outputs) > thresholds.blockOutputs) return undefined;
  if (strides.some((stride) => stride !== 1)) return undefined;
  const side = blockSide(kernel_shape);
  if (Math.min(...kernel_shape) < thresholds.blockKernel) return undefined;
  if (!isMultiple(height, side) || !isMultiple(width, side)) return undefined;
  const window = { kernel_shape: kernel_shape.map((size) => size + side - 1), strides: [side, side], pads };
  const biases = bias && reshape(expand(bias, [side * side, Number(outputs)]), [side * side * Number(outputs)]);
  const blocks = conv(x, blockWeights(weight, side), biases ?? null, window);
  return depthToSpace(blocks, side);
}

function isMultiple(dimension: Dimension, side: number): boolean {
  if (typeof dimension === 'number') return dimension % side === 0;
  return dimension.factor % side === 0 && dimension.offset % side === 0;
}

/** [O, I, k, k] → [s²·O, I, k+s−1, k+s−1]: the kernel at each place of the block. In the graph, so that files stay small. */
function blockWeights(weight: Value, side: number): Value {
  const places = Array.from({ length: side }, (_, place) => place);
  const shifted = (x: Value, sizesAt: (place: number) => readonly number[]) =>
    concat(
      places.map((place) => pad(x, sizesAt(place), 'constant')),
      0,
    );
  const columns = shifted(weight, (left) => [0, 0, 0, left, 0, 0, 0, side - 1 - left]);
  return shifted(columns, (top) => [0, 0, top, 0, 0, 0, side - 1 - top, 0]);
}
