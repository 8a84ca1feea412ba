import { forEachIndex, type NumberTensor, numberTensor, stridesOf } from '../number-tensor.ts';

/** Marks a place that no source element fills. */
const empty = -1;

/** Takes, on every axis, the source positions that the map lists; `empty` gives 0. */
function takeAlongAxes({ type, shape, data }: NumberTensor, maps: readonly (readonly number[])[]): NumberTensor {
  const strides = stridesOf(shape);
  const resultShape = maps.map((map) => map.length);
  const result = new Float64Array(resultShape.reduce((product, size) => product * size, 1));
  forEachIndex(resultShape, (index, position) => {
    let source = 0;
    for (let axis = 0; axis < maps.length; axis++) {
      const taken = maps[axis]?.[index[axis] ?? 0] ?? empty;
      if (taken === empty) return;
      source += taken * (strides[axis] ?? 0);
    }
    result[position] = data[source] ?? Number.NaN;
  });
  return numberTensor(resultShape, result, type);
}

const count = (length: number) => Array.from({ length: Math.max(length, 0) }, (_, position) => position);

/** Pad (opset 18): sizes before every axis, then after; negative ones cut off. */
export function padTensor(x: NumberTensor, pads: readonly number[], mode: 'constant' | 'reflect' | 'edge') {
  const rank = x.shape.length;
  const maps = x.shape.map((size, axis) => {
    const before = pads[axis] ?? 0;
    const length = before + size + (pads[axis + rank] ?? 0);
    return count(length).map((position) => paddedSource(position - before, size, mode));
  });
  return takeAlongAxes(x, maps);
}

function paddedSource(position: number, size: number, mode: 'constant' | 'reflect' | 'edge'): number {
  if (position >= 0 && position < size) return position;
  if (mode === 'constant') return empty;
  if (mode === 'edge') return position < 0 ? 0 : size - 1;
  return position < 0 ? -position : 2 * (size - 1) - position;
}

/** Slice (opset 13): negative positions count from the end, then starts and ends are clamped to the axis. */
export function sliceTensor(
  x: NumberTensor,
  ranges: readonly { axis: number; start: number; end: number; step: number }[],
) {
  const maps = x.shape.map(count);
  for (const { axis, start, end, step } of ranges) {
    const positive = axis < 0 ? axis + x.shape.length : axis;
    const size = x.shape[positive] ?? 0;
    const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
    const fromEnd = (value: number) => (value < 0 ? value + size : value);
    const first = step > 0 ? clamp(fromEnd(start), 0, size) : clamp(fromEnd(start), 0, size - 1);
    const last = step > 0 ? clamp(fromEnd(end), 0, size) : clamp(fromEnd(end), -1, size - 1);
    const taken: number[] = [];
    for (let position = first; step > 0 ? position < last : position > last; position += step) taken.push(position);
    maps[positive] = taken;
  }
  return takeAlongAxes(x, maps);
}

/** Resize, nearest with asymmetric coordinates and floor: output position p reads ⌊p / scale⌋. */
export function resizeNearest(x: NumberTensor, scales: readonly number[]): NumberTensor {
  const maps = x.shape.map((size, axis) => {
    const scale = scales[axis] ?? 1;
    return count(Math.floor(size * scale)).map((position) => Math.floor(position / scale));
  });
  return takeAlongAxes(x, maps);
}

/** Expand: two-way broadcast with a shape. */
export function expandTensor(x: NumberTensor, target: readonly number[]): NumberTensor {
  const rank = Math.max(x.shape.length, target.length);
  const shape = [...Array(rank - x.shape.length).fill(1), ...x.shape];
  const maps = shape.map((size, axis) => {
    const wanted = target[axis - rank + target.length] ?? 1;
    return size === 1 ? Array(wanted).fill(0) : count(size);
  });
  return takeAlongAxes({ ...x, shape }, maps);
}

export function transposeTensor({ type, shape, data }: NumberTensor, perm: readonly number[]): NumberTensor {
  const strides = stridesOf(shape);
  const resultShape = perm.map((axis) => shape[axis] ?? 0);
  const result = new Float64Array(data.length);
  forEachIndex(resultShape, (index, position) => {
    let source = 0;
    perm.forEach((axis, place) => {
      source += (index[place] ?? 0) * (strides[axis] ?? 0);
    });
    result[position] = data[source] ?? Number.NaN;
  });
  return numberTensor(resultShape, result, type);
}

/** Reshape (allowzero 0): 0 keeps the input's size, one -1 takes what remains. */
export function reshapeTensor(x: NumberTensor, target: readonly number[]): NumberTensor {
  const kept = target.map((size, axis) => (size === 0 ? (x.shape[axis] ?? 0) : size));
  const known = kept.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  return numberTensor(
    kept.map((size) => (size === -1 ? x.data.length / known : size)),
    x.data,
    x.type,
  );
}

export function concatTensors(tensors: readonly NumberTensor[], axis: number): NumberTensor {
  const [first] = tensors;
  if (!first) throw new Error('Expected at least one tensor to join');
  const place = axis < 0 ? axis + first.shape.length : axis;
  const outer = first.shape.slice(0, place).reduce((product, size) => product * size, 1);
  const values: number[] = [];
  for (let block = 0; block < outer; block++) {
    for (const { data } of tensors) {
      const length = data.length / outer;
      values.push(...data.subarray(block * length, (block + 1) * length));
    }
  }
  const total = tensors.reduce((sum, { shape }) => sum + (shape[place] ?? 0), 0);
  return numberTensor(
    first.shape.map((size, i) => (i === place ? total : size)),
    values,
    first.type,
  );
}

/** DepthToSpace, mode DCR, as the specification's reshape, transpose and reshape. */
export function depthToSpace(x: NumberTensor, size: number): NumberTensor {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const kept = channels / size ** 2;
  const split = reshapeTensor(x, [batch, size, size, kept, height, width]);
  return reshapeTensor(transposeTensor(split, [0, 3, 4, 1, 5, 2]), [batch, kept, height * size, width * size]);
}
