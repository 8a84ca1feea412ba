import { staticShape } from '../../../graph-builder/ir/dimension.ts';
import type { Value, WindowAttributes } from '../../../graph-builder/ir/value.ts';
import { concat, matMul, pad, reshape, slice, transpose } from '../../../graph-builder/operators/index.ts';
import { spaceToDepth } from '../../../graph-builder/operators/space-to-depth.ts';
import { fitsWinograd, winogradWeightGradient } from '../../../graph-builder/operators/winograd.ts';
import { thresholds } from '../../targets.ts';
import { blockWeightGradient, fitsBlocks, sumOverBatch } from './block-weight-gradient.ts';

/**
 * dweight[o, i, u, v] = Σ over samples and pixels of dy[o, p] · x[i, p · stride + (u, v)], x padded: in Winograd's form or
 * in blocks where these are faster, otherwise as one matrix product for each kernel position.
 * @param x the convolution's input [N, I, H, W]
 * @param dy the gradient of its output [N, O, H', W']
 * @returns [O, I, kH, kW]
 */
export function convolutionWeightGradient(x: Value, dy: Value, attributes: WindowAttributes): Value {
  const { kernel_shape, pads } = attributes;
  const [, inputs = 0] = staticShape(x.shape, 'the weight gradient of Conv');
  const [, outputs = 0] = staticShape(dy.shape, 'the weight gradient of Conv');
  if (fitsWinograd(dy, attributes) && Math.min(inputs, outputs) >= thresholds.winogradGradientChannels) {
    return winogradWeightGradient(x, dy, pads);
  }
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  const padded = pads.some((size) => size > 0) ? pad(x, [0, 0, top, left, 0, 0, bottom, right], 'constant') : x;
  if (fitsBlocks(padded, dy, attributes)) return blockWeightGradient(padded, dy, kernel_shape);
  return productForEachPosition(padded, dy, attributes);
}

function productForEachPosition(padded: Value, dy: Value, { kernel_shape, strides }: WindowAttributes): Value {
  const [batch = 0, inputs = 0] = staticShape(padded.shape, 'the weight gradient of Conv');
  const [, outputs = 0, height = 0, width = 0] = staticShape(dy.shape, 'the weight gradient of Conv');
  const area = height * width;
  const shifted = shiftedCopies(padded, strides);
  const columns = transpose(reshape(dy, [batch, outputs, area]), [0, 2, 1]);
  const products = kernelShifts(kernel_shape).map((shift) => {
    const row = reshape(shifted(shift, [height, width]), [batch, inputs, area]);
    return reshape(sumOverBatch(matMul(row, columns)), [1, inputs, outputs]);
  });
  return reshape(transpose(concat(products, 0), [2, 1, 0]), [outputs, inputs, ...kernel_shape]);
}

function kernelShifts([height = 1, width = 1]: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: height * width }, (_, position) => [Math.floor(position / width), position % width]);
}

/**
 * Every stride-th pixel of x [N, C, H, W] from a shift on, of the height and width given. The phases are separated once,
 * since slices with steps are slow and a kernel would take several of each.
 */
function shiftedCopies(
  x: Value,
  [down = 1, right = 1]: readonly number[],
): (shift: readonly number[], sizes: readonly number[]) => Value {
  const [batch = 0, channels = 0, height = 0, width = 0] = staticShape(x.shape, 'the weight gradient of Conv');
  const surplus = [multipleFrom(height, down) - height, multipleFrom(width, right) - width];
  const whole = surplus.some((size) => size > 0) ? pad(x, [0, 0, 0, 0, 0, 0, ...surplus], 'constant') : x;
  const phases = down * right === 1 ? whole : spaceToDepth(whole, [down, right]);
  const sizes = staticShape(phases.shape.slice(2), 'the weight gradient of Conv');
  const byPhase = reshape(phases, [batch * channels, down * right, ...sizes]);
  return ([u = 0, v = 0], [rows = 1, columns = 1]) => {
    const [phase, top, left] = [(u % down) * right + (v % right), Math.floor(u / down), Math.floor(v / right)];
    return slice(byPhase, {
      axes: [1, 2, 3],
      starts: [phase, top, left],
      ends: [phase + 1, top + rows, left + columns],
    });
  };
}

/** The smallest multiple of a step that is not below a size. */
const multipleFrom = (size: number, step: number): number => Math.ceil(size / step) * step;
