import { staticShape } from '../ir/dimension.ts';
import type { ResultValue, Value } from '../ir/value.ts';
import { reshape, transpose } from './index.ts';

/**
 * Gathers the pixels of each block into channels of their own, the places of a block innermost. Two transpositions, each
 * of which moves a single axis, take a quarter of the time of one that moves both on the CPU.
 * @param x [N, C, H, W], H and W multiples of the block's
 * @param block its rows and columns
 * @returns [N, C · rows · columns, H / rows, W / columns]
 */
export function spaceToDepth(x: Value, [rows, columns]: readonly [number, number]): ResultValue {
  const [batch = 0, channels = 0, height = 0, width = 0] = staticShape(x.shape, 'space to depth');
  const [down, right] = [height / rows, width / columns];
  const byRow = transpose(reshape(x, [batch * channels, down, rows, width]), [0, 2, 1, 3]);
  const byPlace = transpose(reshape(byRow, [batch * channels * rows, down * right, columns]), [0, 2, 1]);
  return reshape(byPlace, [batch, channels * rows * columns, down, right]);
}
