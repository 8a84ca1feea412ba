import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import type { WindowAttributes } from '../../../src/graph-builder/ir/value.ts';
import { constant } from '../../../src/graph-builder/ir/value.ts';
import { conv, convTranspose } from '../../../src/graph-builder/operators/index.ts';
import { randomTensor } from '../../helpers/random.ts';
import { type OperatorCase, type OperatorCases, operatorCase } from '../operators/operator-case.ts';
import { windowOf } from '../operators/window-cases.ts';

function convCase(
  name: string,
  x: readonly number[],
  outputs: number,
  attributes: WindowAttributes,
  biased = false,
): OperatorCase {
  const weight = randomTensor([outputs, x[1] ?? 1, ...attributes.kernel_shape], 2);
  const inputs = [randomTensor(x, 1), weight, ...(biased ? [randomTensor([outputs], 3)] : [])];
  return operatorCase(name, inputs, (a, w, bias) => conv(a, w, bias ?? null, attributes));
}

/** A weight that is a constant of the graph is turned when the graph is built, not when it runs. */
function frozenCase(name: string, x: readonly number[], outputs: number, attributes: WindowAttributes): OperatorCase {
  const shape = [outputs, x[1] ?? 1, ...attributes.kernel_shape];
  const weight = constant(floatTensor(shape, Float32Array.from(randomTensor(shape, 4).data)));
  return operatorCase(name, [randomTensor(x, 5)], (a) => conv(a, weight, null, attributes));
}

function transposedCase(
  name: string,
  x: readonly number[],
  outputs: number,
  window: WindowAttributes,
  padding: readonly [number, number] = [0, 0],
): OperatorCase {
  const inputs = [randomTensor(x, 6), randomTensor([x[1] ?? 1, outputs, ...window.kernel_shape], 7)];
  return operatorCase(name, inputs, (a, w) => convTranspose(a, w, { ...window, output_padding: padding }));
}

/** Many channels on both sides (one product a kernel position), few inputs and few outputs (blocks, where they fit). */
export const convolutionGradientCases: OperatorCases = [
  convCase('many channels, 3×3', [1, 5, 5, 6], 6, windowOf(3)),
  convCase('many channels, padded, with bias, batch 2', [2, 5, 4, 5], 6, windowOf(3, 1, 1), true),
  convCase('many channels, asymmetric pads', [1, 5, 4, 5], 5, windowOf(3, 1, [0, 1, 2, 1])),
  convCase('many channels, stride 2, even size', [1, 5, 6, 8], 5, windowOf(3, 2, 1)),
  convCase('many channels, stride 2, odd size', [2, 5, 7, 5], 5, windowOf(3, 2, 1), true),
  convCase('many channels, stride 2, rows left over', [1, 5, 6, 8], 5, windowOf(3, 2)),
  convCase('many channels, strides 2 and 3, kernel 3×2', [1, 5, 7, 8], 5, windowOf([3, 2], [2, 3], [1, 0, 0, 1])),
  convCase('many channels, 1×1', [2, 5, 3, 4], 6, windowOf(1)),
  convCase('many channels, in tiles of 4×4', [1, 32, 8, 4], 33, windowOf(3, 1, 1), true),
  convCase('many channels, in tiles of 4×4, already padded', [1, 33, 10, 6], 32, windowOf(3)),
  convCase('few inputs, 3×3, batch 2', [2, 3, 5, 4], 6, windowOf(3, 1, 1), true),
  convCase('few inputs, 9×9', [1, 3, 11, 10], 5, windowOf(9, 1, 4)),
  convCase('few inputs, 9×9, in blocks', [1, 3, 8, 4], 5, windowOf(9, 1, 4)),
  convCase('few inputs, kernel 7×8, in blocks, batch 2', [2, 2, 10, 11], 5, windowOf([7, 8])),
  convCase('few inputs, stride 2, odd size', [1, 2, 7, 9], 5, windowOf(3, 2, 1)),
  convCase('few inputs, 1×1', [1, 1, 3, 3], 2, windowOf(1)),
  convCase('few outputs, 3×3, batch 2', [2, 6, 5, 4], 3, windowOf(3, 1, 1), true),
  convCase('few outputs, 9×9, already padded', [1, 5, 12, 11], 3, windowOf(9)),
  convCase('few outputs, 9×9, in blocks, batch 2', [2, 5, 16, 12], 3, windowOf(9), true),
  convCase('few outputs, kernel 8×7, in blocks', [1, 5, 4, 8], 2, windowOf([8, 7], 1, [4, 3, 3, 3])),
  convCase('few outputs, asymmetric pads, kernel 2×3', [1, 5, 5, 4], 2, windowOf([2, 3], 1, [1, 0, 0, 2])),
  convCase('few outputs, stride 2', [1, 6, 7, 6], 2, windowOf(3, 2, 1)),
  convCase('few outputs, 1×1', [1, 6, 3, 4], 1, windowOf(1)),
  convCase('a window as large as the picture', [1, 2, 3, 4], 5, windowOf([3, 4])),
  convCase('pads as large as the kernel', [1, 5, 4, 4], 5, windowOf(2, 1, 2)),
  frozenCase('a frozen weight', [1, 5, 5, 4], 6, windowOf(3, 1, 1)),
  frozenCase('a frozen weight, oblong kernel', [1, 2, 5, 5], 3, windowOf([2, 3], 1, [0, 1, 1, 1])),
  frozenCase('a frozen weight, stride 2', [1, 2, 6, 5], 3, windowOf(3, 2, 1)),
];

export const transposedGradientCases: OperatorCases = [
  transposedCase('stride 1', [1, 5, 4, 5], 6, windowOf(3, 1, 1)),
  transposedCase('stride 2, output padding', [2, 6, 4, 3], 5, windowOf(3, 2, 1), [1, 1]),
  transposedCase('stride 2, no output padding', [1, 6, 4, 3], 5, windowOf(3, 2, 1)),
  transposedCase('stride 2, asymmetric, one output padding', [1, 5, 3, 3], 5, windowOf(3, 2, [1, 0, 1, 1]), [0, 1]),
  transposedCase('few inputs', [1, 2, 4, 3], 5, windowOf(3, 2, 1), [1, 1]),
  transposedCase('few outputs', [2, 5, 4, 3], 2, windowOf(3, 2, 1), [1, 1]),
  transposedCase('few outputs, stride 1', [1, 5, 4, 5], 3, windowOf(3, 1, 1)),
];
