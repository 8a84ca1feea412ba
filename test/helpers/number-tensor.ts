import { type DataType, elementCount, type Tensor } from '../../src/graph-builder/ir/tensor.ts';

/**
 * A tensor as tests compute with it: real numbers in row-major order, whatever the element type. int64 values are whole
 * numbers of at most 2⁵³, bool values 0 and 1.
 */
export interface NumberTensor {
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Tensors by name: what a graph is given and what it gives back. */
export type NumberTensors = Readonly<Record<string, NumberTensor>>;

/**
 * A tensor of the given numbers.
 * @throws if their count is not the shape's
 */
export function numberTensor(shape: readonly number[], values: Iterable<number>, type: DataType = 'float32') {
  const data = Float64Array.from(values);
  if (data.length !== elementCount(shape)) {
    throw new Error(`Expected ${elementCount(shape)} numbers for [${shape}] but received ${data.length}`);
  }
  return { type, shape, data } satisfies NumberTensor;
}

/** A tensor whose every element is given by its position. */
export function tensorFrom(shape: readonly number[], valueAt: (position: number) => number, type?: DataType) {
  return numberTensor(
    shape,
    Array.from({ length: elementCount(shape) }, (_, position) => valueAt(position)),
    type,
  );
}

/** The tensor of that name. */
export function tensorNamed(tensors: NumberTensors, name: string): NumberTensor {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`Expected a tensor ${name} among ${Object.keys(tensors).join(', ')}`);
  return tensor;
}

/** The real numbers that a typed tensor holds. */
export function toNumbers({ type, shape, data }: Tensor): NumberTensor {
  const convert = type === 'float16' ? (bits: number | bigint) => halfToNumber(Number(bits)) : Number;
  return numberTensor(shape, Array.from<number | bigint, number>(data, convert), type);
}

/** The value of an IEEE 754 half-precision number: sign, 5 bits of exponent, 10 of fraction. */
export function halfToNumber(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** Runs through all positions of a shape in row-major order; the index array is reused from call to call. */
export function forEachIndex(
  shape: readonly number[],
  visit: (index: readonly number[], position: number) => void,
): void {
  const index = shape.map(() => 0);
  const count = elementCount(shape);
  for (let position = 0; position < count; position++) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      index[axis] = next < (shape[axis] ?? 0) ? next : 0;
      if (index[axis] !== 0) break;
    }
  }
}

/** How many elements lie between neighbours along each axis. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}
