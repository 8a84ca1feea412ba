import type { ResultValue, Value, WindowAttributes } from '../../../src/graph-builder/ir/value.ts';
import {
  averagePool,
  conv,
  convTranspose,
  instanceNormalization,
  matMul,
  maxPool,
  resizeNearest,
} from '../../../src/graph-builder/operators/index.ts';
import { randomTensor } from '../../helpers/random.ts';
import { type OperatorCase, type OperatorCases, operatorCase } from './operator-case.ts';

/** A square or given window with one stride for both axes and pads [top, left, bottom, right] or one for all sides. */
export function windowOf(
  kernel: number | readonly [number, number],
  stride: number | readonly [number, number] = 1,
  pads: number | readonly [number, number, number, number] = 0,
): WindowAttributes {
  return {
    kernel_shape: typeof kernel === 'number' ? [kernel, kernel] : kernel,
    strides: typeof stride === 'number' ? [stride, stride] : stride,
    pads: typeof pads === 'number' ? [pads, pads, pads, pads] : pads,
  };
}

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

function transposedCase(
  name: string,
  x: readonly number[],
  outputs: number,
  window: WindowAttributes,
  padding: readonly [number, number] = [0, 0],
): OperatorCase {
  const inputs = [randomTensor(x, 4), randomTensor([x[1] ?? 1, outputs, ...window.kernel_shape], 5)];
  return operatorCase(name, inputs, (a, w) => convTranspose(a, w, { ...window, output_padding: padding }));
}

type Pool = (x: Value, attributes: WindowAttributes) => ResultValue;

function pools(apply: Pool): OperatorCases {
  const pooled = (name: string, x: readonly number[], attributes: WindowAttributes) =>
    operatorCase(name, [randomTensor(x, 6)], (value) => apply(value, attributes));
  return [
    pooled('2×2, even', [2, 3, 6, 8], windowOf(2, 2)),
    pooled('2×2, odd', [1, 2, 7, 5], windowOf(2, 2)),
    pooled('overlapping, padded', [1, 2, 7, 6], windowOf(3, 2, 1)),
    pooled('all negative, padded', [1, 1, 3, 3], windowOf([2, 3], [1, 2], [0, 1, 1, 1])),
  ];
}

const normalized = (name: string, shape: readonly number[], low = -1, high = 1, epsilon = 1e-5) =>
  operatorCase(
    name,
    [randomTensor(shape, 7, low, high), randomTensor([shape[1] ?? 1], 8), randomTensor([shape[1] ?? 1], 9)],
    (x, scale, bias) => instanceNormalization(x, scale, bias, epsilon),
  );

const product = (name: string, a: readonly number[], b: readonly number[]) =>
  operatorCase(name, [randomTensor(a, 10), randomTensor(b, 11)], matMul);

export const windowCases = {
  Conv: [
    convCase('3×3', [1, 2, 5, 6], 3, windowOf(3)),
    convCase('3×3, padded, with bias, batch 2', [2, 3, 5, 4], 4, windowOf(3, 1, 1), true),
    convCase('1×1', [1, 3, 4, 4], 2, windowOf(1)),
    convCase('2×2, asymmetric pads', [1, 2, 5, 5], 2, windowOf(2, 1, [0, 1, 1, 0])),
    convCase('stride 2, even size', [1, 2, 8, 6], 3, windowOf(3, 2, 1)),
    convCase('stride 2, odd size', [1, 2, 7, 9], 3, windowOf(3, 2, 1), true),
    convCase('stride 2, asymmetric pads', [2, 1, 6, 7], 2, windowOf(3, 2, [0, 1, 2, 1])),
    convCase('strides 3 and 1, 2×5', [1, 2, 8, 7], 2, windowOf([2, 5], [3, 1], [1, 2, 0, 2])),
    convCase('9×9', [1, 3, 12, 11], 2, windowOf(9, 1, 4), true),
    convCase('a window as large as the picture', [1, 2, 3, 4], 5, windowOf([3, 4])),
    convCase('16 channels (blocked kernels)', [1, 16, 6, 6], 16, windowOf(3, 1, 1), true),
  ],
  ConvTranspose: [
    transposedCase('stride 1', [1, 2, 4, 5], 3, windowOf(3, 1, 1)),
    transposedCase('stride 2, output padding', [2, 3, 4, 3], 2, windowOf(3, 2, 1), [1, 1]),
    transposedCase('stride 2, no output padding', [1, 2, 4, 3], 2, windowOf(3, 2, 1)),
    transposedCase('stride 2, output padding on one axis', [1, 2, 3, 3], 2, windowOf(3, 2, [1, 0, 1, 1]), [0, 1]),
    transposedCase('2×2, stride 2', [1, 4, 3, 2], 1, windowOf(2, 2)),
    transposedCase('9×9', [1, 2, 5, 4], 3, windowOf(9, 1, 4)),
  ],
  MaxPool: pools(maxPool),
  AveragePool: pools(averagePool),
  InstanceNormalization: [
    normalized('batch 2', [2, 3, 5, 4]),
    normalized('pixels of 0..255', [1, 2, 8, 7], 0, 255),
    normalized('a large epsilon', [1, 2, 3, 3], -1, 1, 0.5),
    normalized('one pixel', [1, 3, 1, 1], -1, 1, 0.1),
  ],
  MatMul: [
    product('matrices', [3, 4], [4, 5]),
    product('batched', [2, 3, 4], [2, 4, 5]),
    product('a matrix times a batch', [3, 4], [2, 4, 5]),
    product('a batch times a matrix', [2, 3, 4], [4, 5]),
    product('two broadcast batch axes', [2, 1, 3, 4], [5, 4, 2]),
  ],
  Resize: [
    operatorCase('by 2', [randomTensor([2, 3, 3, 4], 12)], (x) => resizeNearest(x, 2)),
    operatorCase('by 3, odd sizes', [randomTensor([1, 1, 5, 1], 13)], (x) => resizeNearest(x, 3)),
    operatorCase('by 1', [randomTensor([1, 2, 2, 3], 14)], (x) => resizeNearest(x, 1)),
  ],
} as const satisfies Record<string, OperatorCases>;
