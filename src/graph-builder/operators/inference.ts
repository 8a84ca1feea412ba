import {
  addDimension,
  type Dimension,
  floorDivideDimension,
  formatShape,
  multiplyDimension,
  type Shape,
  sameDimension,
} from '../ir/dimension.ts';
import type { DataType } from '../ir/tensor.ts';
import type { ConvolutionAttributes, Node, Value } from '../ir/value.ts';

/** What a shape rule finds out about an operator's output. */
export interface Inferred {
  readonly type: DataType;
  readonly shape: Shape;
  readonly contents?: readonly Dimension[];
}

/**
 * A required input of a node.
 * @throws if it is left out
 */
export function required(inputs: readonly (Value | null)[], index: number): Value {
  const value = inputs[index];
  if (!value) throw new Error(`expected input ${index}`);
  return value;
}

/**
 * The values of an int64 vector that the operator's output shape depends on.
 * @throws if they are not known when the graph is built
 */
export function contentsOf(node: Node, index: number): readonly Dimension[] {
  const { contents } = required(node.inputs, index);
  if (!contents) throw new Error(`expected input ${index} to be known when the graph is built`);
  return contents;
}

/** As `contentsOf`, for values that must be plain numbers. */
export function numbersOf(node: Node, index: number): readonly number[] {
  return contentsOf(node, index).map((dimension) => {
    if (typeof dimension !== 'number') throw new Error(`expected input ${index} to hold plain numbers`);
    return dimension;
  });
}

export function dimensionAt(shape: Shape, axis: number): Dimension {
  const dimension = shape[axis];
  if (dimension === undefined) throw new Error(`expected an axis ${axis} in ${formatShape(shape)}`);
  return dimension;
}

/** The shape that two shapes broadcast to (numpy's rule); a symbolic size matches only itself and 1. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === 1) return right;
    if (right === 1 || sameDimension(left, right)) return left;
    throw new Error('expected shapes that broadcast');
  });
}

/** Checks that all inputs have one element type, and returns it. */
export function commonType(inputs: readonly (Value | null)[]): DataType {
  const { type } = required(inputs, 0);
  if (inputs.some((value) => value && value.type !== type)) throw new Error('expected inputs of one element type');
  return type;
}

/** Sizes of the two spatial axes after a sliding window: ⌊(size + pads − kernel) / stride⌋ + 1. */
export function windowSizes(
  spatial: Shape,
  { kernel_shape, strides, pads, dilations = [] }: ConvolutionAttributes,
): Shape {
  return spatial.map((size, axis) => {
    const reach = ((kernel_shape[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1;
    const padding = (pads[axis] ?? 0) + (pads[axis + 2] ?? 0) - reach;
    const result = addDimension(floorDivideDimension(addDimension(size, padding), strides[axis] ?? 1), 1);
    if (typeof result === 'number' && result < 1) throw new Error('expected a picture at least as large as the window');
    return result;
  });
}

/** Sizes after a transposed convolution: (size − 1) · stride − pads + kernel + output padding. */
export function transposedWindowSizes(
  spatial: Shape,
  attributes: {
    kernel_shape: readonly number[];
    strides: readonly number[];
    pads: readonly number[];
    output_padding: readonly number[];
  },
): Shape {
  const { kernel_shape, strides, pads, output_padding } = attributes;
  return spatial.map((size, axis) => {
    const added = (kernel_shape[axis] ?? 1) + (output_padding[axis] ?? 0) - (pads[axis] ?? 0) - (pads[axis + 2] ?? 0);
    return addDimension(multiplyDimension(addDimension(size, -1), strides[axis] ?? 1), added);
  });
}
