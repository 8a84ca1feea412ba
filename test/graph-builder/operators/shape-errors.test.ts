import { describe, expect, it } from 'vitest';
import { symbolic } from '../../../src/graph-builder/ir/dimension.ts';
import { currentScope, inScope } from '../../../src/graph-builder/ir/scope.ts';
import type { DataType } from '../../../src/graph-builder/ir/tensor.ts';
import { input, type Value } from '../../../src/graph-builder/ir/value.ts';
import {
  add,
  concat,
  conv,
  convTranspose,
  expand,
  instanceNormalization,
  matMul,
  maxPool,
  pad,
  reduceMean,
  reduceSum,
  reshape,
  slice,
  transpose,
  where,
} from '../../../src/graph-builder/operators/index.ts';
import { loop } from '../../../src/graph-builder/operators/loop.ts';
import { windowOf } from './window-cases.ts';

const x = (shape: readonly number[], type: DataType = 'float32') => input('x', type, shape);
const tall = input('tall', 'float32', [1, 1, symbolic('H'), 4]);

/** Some iterations over a vector of two, each of which is collected. */
function repeated(count: Value, next: (value: Value) => readonly Value[]): Value {
  const value = x([2]);
  const { collected } = loop('again', count, [{ name: 'x', value }], (_, [carried = value]) => ({
    carried: next(carried),
    collected: [{ name: 'seen', value: carried }],
  }));
  return collected[0] ?? value;
}

/** Each misuse and the message it gets, outside of any scope. */
const misuses: readonly (readonly [message: string, misuse: () => Value])[] = [
  ['Add: expected shapes that broadcast, but received float32 [2, 3], float32 [4]', () => add(x([2, 3]), x([4]))],
  ['Add: expected inputs of one element type, but received float32 [2], int64 [2]', () => add(x([2]), x([2], 'int64'))],
  [
    'Where: expected inputs of one element type, but received bool [2], float32 [2], int64 [2]',
    () => where(x([2], 'bool'), x([2]), x([2], 'int64')),
  ],
  [
    'MatMul: expected the inner dimensions to be equal, but received float32 [2, 3], float32 [4, 2]',
    () => matMul(x([2, 3]), x([4, 2])),
  ],
  ['MatMul: expected matrices, but received float32 [3], float32 [3, 2]', () => matMul(x([3]), x([3, 2]))],
  [
    "Conv: expected the weight's axis 1 to equal the input's channels, but received float32 [1, 3, 8, 8], " +
      'float32 [4, 2, 3, 3]',
    () => conv(x([1, 3, 8, 8]), x([4, 2, 3, 3]), null, windowOf(3)),
  ],
  [
    "Conv: expected kernel_shape to be the weight's, but received float32 [1, 3, 8, 8], float32 [4, 3, 5, 5]",
    () => conv(x([1, 3, 8, 8]), x([4, 3, 5, 5]), null, windowOf(3)),
  ],
  [
    'Conv: expected a bias of one value per output channel, but received float32 [1, 3, 8, 8], ' +
      'float32 [4, 3, 3, 3], float32 [3]',
    () => conv(x([1, 3, 8, 8]), x([4, 3, 3, 3]), x([3]), windowOf(3)),
  ],
  [
    'Conv: expected a picture at least as large as the window, but received float32 [1, 1, 2, 8], float32 [1, 1, 3, 3]',
    () => conv(x([1, 1, 2, 8]), x([1, 1, 3, 3]), null, windowOf(3)),
  ],
  [
    'Conv: expected 4-D input and weight, but received float32 [3, 8, 8], float32 [4, 3, 3, 3]',
    () => conv(x([3, 8, 8]), x([4, 3, 3, 3]), null, windowOf(3)),
  ],
  [
    "ConvTranspose: expected the weight's axis 0 to equal the input's channels, but received float32 [1, 3, 8, 8], " +
      'float32 [4, 3, 3, 3]',
    () => convTranspose(x([1, 3, 8, 8]), x([4, 3, 3, 3]), { ...windowOf(3), output_padding: [0, 0] }),
  ],
  [
    'MaxPool: expected a picture at least as large as the window, but received float32 [1, 1, 1, 8]',
    () => maxPool(x([1, 1, 1, 8]), windowOf(2, 2)),
  ],
  [
    'InstanceNormalization: expected a scale and a bias of one value per channel, but received float32 [1, 3, 4, 4], ' +
      'float32 [3], float32 [2]',
    () => instanceNormalization(x([1, 3, 4, 4]), x([3]), x([2]), 1e-5),
  ],
  ['ReduceMean: expected axes below 2, but received float32 [2, 3], int64 [1]', () => reduceMean(x([2, 3]), [2], 0)],
  ['ReduceSum: expected at least one axis, but received float32 [2, 3], int64 [0]', () => reduceSum(x([2, 3]), [], 0)],
  ['Pad: expected 4 pads, but received float32 [2, 3], int64 [2]', () => pad(x([2, 3]), [1, 1], 'constant')],
  [
    'Pad: expected reflection pads below the size, but received float32 [2, 3], int64 [4]',
    () => pad(x([2, 3]), [0, 3, 0, 0], 'reflect'),
  ],
  [
    'Slice: expected an axis 2 in [2, 3], but received float32 [2, 3], int64 [1], int64 [1], int64 [1], int64 [1]',
    () => slice(x([2, 3]), { axes: [2], starts: [0], ends: [1] }),
  ],
  [
    'Slice: expected a static size where the step is negative, but received float32 [1, 1, H, 4], int64 [1], ' +
      'int64 [1], int64 [1], int64 [1]',
    () => slice(tall, { axes: [2], starts: [-1], ends: [0], steps: [-1] }),
  ],
  [
    'Concat: expected shapes equal but for axis 1, but received float32 [2, 3], float32 [3, 3]',
    () => concat([x([2, 3]), x([3, 3])], 1),
  ],
  [
    'Reshape: expected as many elements as the input has, but received float32 [2, 3], int64 [2]',
    () => reshape(x([2, 3]), [2, 4]),
  ],
  [
    'Reshape: expected a whole number for -1, but received float32 [2, 3], int64 [2]',
    () => reshape(x([2, 3]), [4, -1]),
  ],
  ['Reshape: expected at most one -1, but received float32 [2, 3], int64 [2]', () => reshape(x([2, 3]), [-1, -1])],
  [
    'Reshape: expected input 1 to be known when the graph is built, but received float32 [2, 3], int64 [2]',
    () => reshape(x([2, 3]), x([2], 'int64')),
  ],
  ['Transpose: expected a permutation of all axes, but received float32 [2, 3]', () => transpose(x([2, 3]), [0])],
  [
    'Loop: expected a body that keeps type and shape of again/x, but received int64 [1], nothing, float32 [2]',
    () => repeated(x([1], 'int64'), (value) => [reshape(value, [1, 2])]),
  ],
  ['Expected 1 carried values from the loop again but received 0', () => repeated(x([1], 'int64'), () => [])],
  [
    'Loop: expected input 0 to be known when the graph is built, but received int64 [1], nothing, float32 [2]',
    () => repeated(x([1], 'int64'), (value) => [value]),
  ],
  ['Expand: expected shapes that broadcast, but received float32 [2, 3], int64 [2]', () => expand(x([2, 3]), [2, 2])],
];

describe('shape errors', () => {
  it.each(misuses)('%s', (message, misuse) => {
    expect(misuse).toThrow(new Error(message));
  });

  it('name the scope, which is closed again afterwards', () => {
    const misuse = () => inScope('residual', () => inScope('3', () => add(x([2]), x([3]))));
    expect(misuse).toThrow('Add in residual.3: expected shapes that broadcast, but received float32 [2], float32 [3]');
    expect(currentScope()).toBe('');
  });
});
