import { expect, it } from 'vitest';
import { symbolic } from '../../src/graph-builder/ir/dimension.ts';
import { type Graph, input, type Value } from '../../src/graph-builder/ir/value.ts';
import { conv, convTranspose, matMul, relu } from '../../src/graph-builder/operators/index.ts';
import { costOf } from '../../src/lowering/cost.ts';

const graphOf = (value: Value): Graph => ({ name: 'g', inputs: [], outputs: [{ name: 'y', value }] });
const x = input('x', 'float32', [1, 3, 8, 6]);
const window = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };

it('a convolution costs its taps for each output, a transposed one for each input, a product its inner side', () => {
  const down = conv(x, input('w', 'float32', [5, 3, 3, 3]), null, window);
  expect(costOf(graphOf(relu(down)))).toEqual({ multiplications: 5 * 4 * 3 * 27, bytes: 2 * 4 * 5 * 4 * 3 });
  const up = convTranspose(x, input('w', 'float32', [3, 7, 3, 3]), { ...window, output_padding: [1, 1] });
  expect(costOf(graphOf(up)).multiplications).toBe(3 * 8 * 6 * 7 * 9);
  const product = matMul(input('a', 'float32', [2, 4, 5]), input('b', 'float32', [2, 5, 6]));
  expect(costOf(graphOf(product))).toEqual({ multiplications: 2 * 4 * 5 * 6, bytes: 4 * 2 * 4 * 6 });
});

it('a size that is not known is an error', () => {
  expect(() => costOf(graphOf(relu(input('x', 'float32', [symbolic('N')]))))).toThrow();
});
