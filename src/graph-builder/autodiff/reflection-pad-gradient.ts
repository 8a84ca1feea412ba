import type { Value } from '../ir/value.ts';
import { add, concat, END, slice } from '../operators/index.ts';
import { dimensionAt } from '../operators/inference.ts';

/**
 * The gradient of reflection padding, without scatter: on each axis the inner part, onto whose second to (p+1)-th rows
 * the reversed border of p rows is added, at both ends.
 * @param gradient the gradient of the padded value
 * @param pads sizes before all axes, then those after
 * @throws if an axis is shorter than its two paddings plus two, where the two borders would overlap
 */
export function reflectionPadGradient(gradient: Value, pads: readonly number[]): Value {
  const rank = pads.length / 2;
  let folded = gradient;
  for (let axis = 0; axis < rank; axis++) {
    const before = pads[axis] ?? 0;
    const after = pads[axis + rank] ?? 0;
    if (before > 0 || after > 0) folded = foldAxis(folded, axis, before, after);
  }
  return folded;
}

function foldAxis(gradient: Value, axis: number, before: number, after: number): Value {
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
