import { staticShape } from '../ir/dimension.ts';
import type { Value } from '../ir/value.ts';
import { add, concat, END, reduceSum, slice } from '../operators/index.ts';
import { dimensionAt } from '../operators/inference.ts';

/**
 * The gradient of reflection padding, without scatter: on each axis the inner part, onto whose second to (p+1)-th rows
 * the reversed border of p rows is added, at both ends.
 * @param gradient the gradient of the padded value
 * @param pads sizes before all axes, then those after
 * @throws if an axis is shorter than its two paddings plus two, where the two borders would overlap
 */
export function reflectionPadGradient(gradient: Value, pads: readonly number[]): Value {
  return overPaddedAxes(gradient, pads, foldReflection);
}

/**
 * The gradient of padding with the edge repeated: on each axis the inner part, onto whose first and last row the border's
 * rows are added.
 * @param gradient the gradient of the padded value
 * @param pads sizes before all axes, then those after
 */
export function edgePadGradient(gradient: Value, pads: readonly number[]): Value {
  return overPaddedAxes(gradient, pads, foldEdges);
}

type FoldAxis = (gradient: Value, axis: number, before: number, after: number) => Value;

function overPaddedAxes(gradient: Value, pads: readonly number[], fold: FoldAxis): Value {
  const rank = pads.length / 2;
  let folded = gradient;
  for (let axis = 0; axis < rank; axis++) {
    const before = pads[axis] ?? 0;
    const after = pads[axis + rank] ?? 0;
    if (before > 0 || after > 0) folded = fold(folded, axis, before, after);
  }
  return folded;
}

function foldEdges(gradient: Value, axis: number, before: number, after: number): Value {
  const [padded = 0] = staticShape([dimensionAt(gradient.shape, axis)], 'the gradient of Pad');
  const sum = (start: number, end: number) =>
    reduceSum(slice(gradient, { axes: [axis], starts: [start], ends: [end] }), [axis], 1);
  const [first, last] = [before + 1, padded - after - 1];
  if (last < before + 1) return sum(0, padded);
  const inner = first < last ? [slice(gradient, { axes: [axis], starts: [first], ends: [last] })] : [];
  return concat([sum(0, first), ...inner, sum(last, padded)], axis);
}

function foldReflection(gradient: Value, axis: number, before: number, after: number): Value {
  const padded = dimensionAt(gradient.shape, axis);
  if (typeof padded === 'number' && padded - before - after < before + after + 2) {
    const [smallest, size] = [before + after + 2, padded - before - after];
    throw new Error(
      `Pad: the gradient of ${before} + ${after} reflected rows needs a size of at least ${smallest} but it is ${size}`,
    );
  }
  const part = (start: number, end: number) => slice(gradient, { axes: [axis], starts: [start], ends: [end] });
  // Reversed as a whole: where a backward slice starts elsewhere than at the end, ONNX Runtime 1.30 reads wrong rows on
  // WebGPU (microsoft/onnxruntime #24744).
  const reversed = (start: number, end: number) =>
    slice(part(start, end), { axes: [axis], starts: [-1], ends: [-END], steps: [-1] });
  const parts: Value[] = [];
  if (before > 0) {
    parts.push(part(before, before + 1));
    parts.push(add(part(before + 1, 2 * before + 1), reversed(0, before)));
  }
  const innerStart = before > 0 ? 2 * before + 1 : 0;
  parts.push(part(innerStart, after > 0 ? -(2 * after + 1) : END));
  if (after > 0) {
    parts.push(add(part(-(2 * after + 1), -(after + 1)), reversed(-after, END)));
    parts.push(part(-(after + 1), -after));
  }
  return concat(parts, axis);
}
