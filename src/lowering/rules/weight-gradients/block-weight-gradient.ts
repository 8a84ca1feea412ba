import { staticShape } from '../../../graph-builder/ir/dimension.ts';
import { floatTensor } from '../../../graph-builder/ir/tensor.ts';
import type { WindowAttributes } from '../../../graph-builder/ir/value.ts';
import { constant, type Value } from '../../../graph-builder/ir/value.ts';
import { concat, matMul, pad, reduceSum, reshape, slice, transpose } from '../../../graph-builder/operators/index.ts';
import { spaceToDepth } from '../../../graph-builder/operators/space-to-depth.ts';
import { thresholds } from '../../targets.ts';

/*
 * The weight gradient of a convolution with a large kernel and few channels on one side, such as the network's first and
 * last. With the picture in blocks of 4×4 pixels (whose places are channels) the 81 positions of a 9×9 kernel are 3×3
 * shifts of blocks: a copy for each of these, not for each position, and one product whose sides are not slim. It holds
 * each sum of the gradient in parts, by the place of dy's pixel in its block; they are added at the end.
 */

const side = 4;

/** Whether the gradient can be computed so: stride 1, a large kernel, few channels on a side, sides of dy in whole blocks. */
export function fitsBlocks(padded: Value, dy: Value, { kernel_shape, strides }: WindowAttributes): boolean {
  const [, outputs = 0, height = 0, width = 0] = staticShape(dy.shape, 'the weight gradient of Conv');
  const isLarge =
    Math.min(...kernel_shape) >= thresholds.blockGradientKernel && strides.every((stride) => stride === 1);
  const isSlim = Math.min(outputs, Number(padded.shape[1])) <= thresholds.blockGradientChannels;
  return isLarge && isSlim && height % side === 0 && width % side === 0;
}

/**
 * dweight[o, i, u, v] = Σ dy[o, p] · x[i, p + (u, v)] over samples and pixels p.
 * @param padded x with its border [N, I, H + kH − 1, W + kW − 1]
 * @param dy [N, O, H, W]; what `fitsBlocks` asks for must hold
 * @returns [O, I, kH, kW]
 */
export function blockWeightGradient(padded: Value, dy: Value, kernel: readonly number[]): Value {
  const [, inputs = 0] = staticShape(padded.shape, 'the weight gradient of Conv');
  const [, outputs = 0, height = 0, width = 0] = staticShape(dy.shape, 'the weight gradient of Conv');
  const [down = 1, right = 1] = kernel.map(blockShifts);
  const [rows, columns] = [height / side + down - 1, width / side + right - 1];
  const x = spaceToDepth(extended(padded, side * rows, side * columns), [side, side]);
  const gradient = spaceToDepth(dy, [side, side]);
  const fewInputs = inputs <= outputs;
  const [top, left] = [down - 1, right - 1];
  const shifted = fewInputs
    ? shifts(down, right).map((shift) => window(x, shift, [height / side, width / side]))
    : shifts(down, right).map(([y, z]) =>
        window(pad(gradient, [0, 0, top, left, 0, 0, top, left], 'constant'), [top - y, left - z], [rows, columns]),
      );
  const products = productOfPixels(concat(shifted, 1), fewInputs ? gradient : x);
  return sumOfParts(products, { inputs, outputs, down, right, kernel });
}

/** The shifts of whole blocks that a kernel reaches over, from any place of a block. */
function blockShifts(kernel: number): number {
  return Math.floor((kernel + side - 2) / side) + 1;
}

function shifts(down: number, right: number): readonly (readonly [number, number])[] {
  return Array.from({ length: down * right }, (_, shift) => [Math.floor(shift / right), shift % right]);
}

/** x [N, C, H, W] with zeros below and on the right, up to a height and width. */
function extended(x: Value, height: number, width: number): Value {
  const [rows = 0, columns = 0] = staticShape(x.shape.slice(2), 'the weight gradient of Conv');
  return rows === height && columns === width
    ? x
    : pad(x, [0, 0, 0, 0, 0, 0, height - rows, width - columns], 'constant');
}

/** The part of x [N, C, H, W] from a shift on, of the height and width given. */
function window(x: Value, shift: readonly number[], sizes: readonly number[]): Value {
  return slice(x, { axes: [2, 3], starts: shift, ends: shift.map((start, axis) => start + (sizes[axis] ?? 1)) });
}

/** Σ over samples and pixels of a[r, p] · b[c, p]: [N, R, H, W] and [N, C, H, W] → [R, C]. */
function productOfPixels(a: Value, b: Value): Value {
  const flat = ({ shape: [batch = 0, channels = 0, height = 0, width = 0] }: Value) =>
    [batch, channels, Number(height) * Number(width)].map(Number);
  return sumOverBatch(matMul(reshape(a, flat(a)), transpose(reshape(b, flat(b)), [0, 2, 1])));
}

/** [N, rows, columns] → [rows, columns]. */
export function sumOverBatch(products: Value): Value {
  const [batch, rows = 0, columns = 0] = staticShape(products.shape, 'the weight gradient of Conv');
  return batch === 1 ? reshape(products, [rows, columns]) : reduceSum(products, [0], 0);
}

interface Parts {
  readonly inputs: number;
  readonly outputs: number;
  /** Shifts of blocks down and to the right. */
  readonly down: number;
  readonly right: number;
  readonly kernel: readonly number[];
}

/**
 * Adds up the parts of each entry: those whose pixels of x and dy lie as far apart as the kernel's position says, rows
 * first.
 * @param products rows: shift down and right, the slim side's channel and its pixel's place; columns: the other side's
 */
function sumOfParts(products: Value, { inputs, outputs, down, right, kernel }: Parts): Value {
  const [height = 1, width = 1] = kernel;
  const [few, many] = [Math.min(inputs, outputs), Math.max(inputs, outputs)];
  const fewInputs = inputs <= outputs;
  // The shift, the place of x's pixel, that of dy's.
  const distance = fewInputs ? [0, 2, 4] : [0, 4, 2];
  const split = reshape(products, [down, right * few, side, side * many, side, side]);
  const byRow = reshape(transpose(split, [1, 3, 5, ...distance]), [-1, down * side ** 2]);
  const rowSums = reshape(matMul(byRow, atDistance(down, height)), [right, few, side, many, side, height]);
  const channels = fewInputs ? [3, 1] : [1, 3];
  const byColumn = reshape(transpose(rowSums, [...channels, 5, ...distance]), [-1, right * side ** 2]);
  return reshape(matMul(byColumn, atDistance(right, width)), [outputs, inputs, height, width]);
}

/** Row: a shift of blocks, the place of x's pixel in its block, that of dy's; column: the distance of the two pixels. */
function atDistance(blocks: number, kernel: number): Value {
  const data = new Float32Array(blocks * side ** 2 * kernel);
  for (let row = 0; row < blocks * side ** 2; row++) {
    const distance = Math.floor(row / side) - (row % side);
    if (distance >= 0 && distance < kernel) data[row * kernel + distance] = 1;
  }
  return constant(floatTensor([blocks * side ** 2, kernel], data));
}
