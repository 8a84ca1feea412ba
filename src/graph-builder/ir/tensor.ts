/** Element types that impasto's graphs use, by their ONNX names. */
export const dataTypes = ['float32', 'float16', 'int64', 'int32', 'int8', 'uint8', 'bool'] as const;
export type DataType = (typeof dataTypes)[number];

/** Contiguous row-major data of each element type; float16 holds the raw bits, bool one byte per element. */
interface TypedArrays {
  float32: Float32Array;
  float16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** A constant array: the data of an initializer, of a weight file's entry, or of a checkpoint's. */
export interface Tensor<T extends DataType = DataType> {
  readonly type: T;
  readonly shape: readonly number[];
  readonly data: TypedArrays[T];
}

export type FloatTensor = Tensor<'float32'>;

export function isFloatTensor(tensor: Tensor): tensor is FloatTensor {
  return tensor.type === 'float32';
}

/** Number of elements of a shape; 1 for a scalar's []. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * A float32 tensor over the given data (not copied).
 * @throws if the data's length is not the shape's element count
 */
export function floatTensor(shape: readonly number[], data: Float32Array): FloatTensor {
  if (data.length !== elementCount(shape)) {
    throw new Error(`Expected ${elementCount(shape)} elements for the shape [${shape}] but received ${data.length}`);
  }
  return { type: 'float32', shape, data };
}

/** A 1-D int64 tensor, as ONNX takes shapes, axes, starts and pads. */
export function intTensor(values: readonly number[]): Tensor<'int64'> {
  return { type: 'int64', shape: [values.length], data: BigInt64Array.from(values.map(BigInt)) };
}

/** A float32 scalar of shape []. */
export function scalarTensor(value: number): FloatTensor {
  return floatTensor([], Float32Array.of(value));
}
