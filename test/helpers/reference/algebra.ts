import { forEachIndex, type NumberTensor, numberTensor, stridesOf } from '../number-tensor.ts';
import { broadcastShape } from './elementwise.ts';

/** ReduceX (opset 18, axes as an input; an empty list means all axes, since noop_with_empty_axes is 0). */
export function reduceTensor(
  x: NumberTensor,
  axes: readonly number[],
  keepdims: 0 | 1,
  reduce: (values: readonly number[]) => number,
): NumberTensor {
  const rank = x.shape.length;
  const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const isReduced = (axis: number) => axes.length === 0 || reduced.has(axis);
  const kept = x.shape.map((size, axis) => (isReduced(axis) ? 1 : size));
  const strides = stridesOf(kept);
  const groups = Array.from({ length: kept.reduce((product, size) => product * size, 1) }, (): number[] => []);
  forEachIndex(x.shape, (index, position) => {
    const group = index.reduce((sum, i, axis) => sum + (isReduced(axis) ? 0 : i * (strides[axis] ?? 0)), 0);
    groups[group]?.push(x.data[position] ?? Number.NaN);
  });
  const shape = keepdims === 1 ? kept : x.shape.filter((_, axis) => !isReduced(axis));
  return numberTensor(shape, groups.map(reduce), x.type);
}

/** MatMul as numpy.matmul has it for two dimensions and more: products of the last two axes, the others broadcast. */
export function multiplyMatrices(a: NumberTensor, b: NumberTensor): NumberTensor {
  const [rows = 1, inner = 1] = a.shape.slice(-2);
  const [, columns = 1] = b.shape.slice(-2);
  const batch = broadcastShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const result: number[] = [];
  forEachIndex(batch, (index) => {
    const left = matrixPosition(a, index) * rows * inner;
    const right = matrixPosition(b, index) * inner * columns;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) {
          sum += (a.data[left + row * inner + k] ?? Number.NaN) * (b.data[right + k * columns + column] ?? Number.NaN);
        }
        result.push(sum);
      }
    }
  });
  return numberTensor([...batch, rows, columns], result, a.type);
}

/** Which of a tensor's matrices stands at an index of the broadcast batch axes. */
function matrixPosition({ shape }: NumberTensor, index: readonly number[]): number {
  const own = shape.slice(0, -2);
  const missing = index.length - own.length;
  return own.reduce((position, size, axis) => position * size + (size === 1 ? 0 : (index[axis + missing] ?? 0)), 0);
}
