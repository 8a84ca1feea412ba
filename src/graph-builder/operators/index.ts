import type { DataType } from '../ir/tensor.ts';
import { floatTensor, intTensor, scalarTensor } from '../ir/tensor.ts';
import type { ConvolutionAttributes, OperatorAttributes, WindowAttributes } from '../ir/value.ts';
import { constant, type ResultValue, type Value } from '../ir/value.ts';
import { apply } from './apply.ts';

/*
 * The operators as functions: names and attributes are ONNX's (opset 18), inputs that ONNX takes as int64 vectors are
 * given as number lists, or as values where they are computed in the graph.
 */

/** A number or a value: numbers become float32 scalars. */
type Operand = Value | number;
type IntVector = Value | readonly number[];

const operand = (value: Operand): Value => (typeof value === 'number' ? constant(scalarTensor(value)) : value);
const intVector = (values: IntVector): Value => ('kind' in values ? values : constant(intTensor(values)));

/** The end of an axis in a slice, whatever its size. */
export const END = Number.MAX_SAFE_INTEGER;

export const add = (a: Operand, b: Operand): ResultValue => apply('Add', [operand(a), operand(b)], {});
export const sub = (a: Operand, b: Operand): ResultValue => apply('Sub', [operand(a), operand(b)], {});
export const mul = (a: Operand, b: Operand): ResultValue => apply('Mul', [operand(a), operand(b)], {});
export const div = (a: Operand, b: Operand): ResultValue => apply('Div', [operand(a), operand(b)], {});
export const max = (a: Operand, b: Operand): ResultValue => apply('Max', [operand(a), operand(b)], {});
export const neg = (x: Value): ResultValue => apply('Neg', [x], {});
export const exp = (x: Value): ResultValue => apply('Exp', [x], {});
export const sqrt = (x: Value): ResultValue => apply('Sqrt', [x], {});
export const tanh = (x: Value): ResultValue => apply('Tanh', [x], {});
export const relu = (x: Value): ResultValue => apply('Relu', [x], {});
export const identity = (x: Value): ResultValue => apply('Identity', [x], {});
export const greater = (a: Operand, b: Operand): ResultValue => apply('Greater', [operand(a), operand(b)], {});
export const equal = (a: Operand, b: Operand): ResultValue => apply('Equal', [operand(a), operand(b)], {});
export const where = (condition: Value, a: Operand, b: Operand): ResultValue =>
  apply('Where', [condition, operand(a), operand(b)], {});
export const cast = (x: Value, to: DataType): ResultValue => apply('Cast', [x], { to });

/** min(max(x, minimum), maximum). */
export const clip = (x: Value, minimum: number, maximum: number): ResultValue =>
  apply('Clip', [x, operand(minimum), operand(maximum)], {});

/** Batched matrix product [..., M, K] × [..., K, P] → [..., M, P]. */
export const matMul = (a: Value, b: Value): ResultValue => apply('MatMul', [a, b], {});

/** Cross-correlation of [N, I, H, W] with a weight [O, I, kH, kW] and an optional bias [O]. */
export const conv = (x: Value, weight: Value, bias: Value | null, attributes: ConvolutionAttributes): ResultValue =>
  apply('Conv', bias ? [x, weight, bias] : [x, weight], attributes);

/** Transposed convolution of [N, I, H, W] with a weight [I, O, kH, kW]. */
export const convTranspose = (x: Value, weight: Value, attributes: OperatorAttributes['ConvTranspose']): ResultValue =>
  apply('ConvTranspose', [x, weight], attributes);

export const maxPool = (x: Value, attributes: WindowAttributes): ResultValue => apply('MaxPool', [x], attributes);
export const averagePool = (x: Value, attributes: WindowAttributes): ResultValue =>
  apply('AveragePool', [x], attributes);

/** (x − mean) / √(variance + epsilon) · scale + bias, statistics over the height and width of each sample's channel. */
export const instanceNormalization = (x: Value, scale: Value, bias: Value, epsilon: number): ResultValue =>
  apply('InstanceNormalization', [x, scale, bias], { epsilon });

export const reduceSum = (x: Value, axes: readonly number[], keepdims: 0 | 1): ResultValue =>
  apply('ReduceSum', [x, intVector(axes)], { keepdims });
export const reduceMax = (x: Value, axes: readonly number[], keepdims: 0 | 1): ResultValue =>
  apply('ReduceMax', [x, intVector(axes)], { keepdims });
export const reduceMean = (x: Value, axes: readonly number[], keepdims: 0 | 1): ResultValue =>
  apply('ReduceMean', [x, intVector(axes)], { keepdims });
export const reduceSumSquare = (x: Value, axes: readonly number[], keepdims: 0 | 1): ResultValue =>
  apply('ReduceSumSquare', [x, intVector(axes)], { keepdims });

/** Pads every axis; `pads` lists the sizes before all axes, then those after. */
export const pad = (x: Value, pads: IntVector, mode: OperatorAttributes['Pad']['mode']): ResultValue =>
  apply('Pad', [x, intVector(pads)], { mode });

export interface SliceRange {
  readonly axes: readonly number[];
  readonly starts: IntVector;
  readonly ends: IntVector;
  readonly steps?: readonly number[];
}

/** The part of x from starts (inclusive) to ends (exclusive) on the given axes; negative positions count from the end. */
export const slice = (x: Value, { axes, starts, ends, steps }: SliceRange): ResultValue =>
  apply('Slice', [x, intVector(starts), intVector(ends), intVector(axes), intVector(steps ?? axes.map(() => 1))], {});

export const concat = (values: readonly Value[], axis: number): ResultValue => apply('Concat', values, { axis });

/** A new shape for the same elements: 0 keeps the input's size on that axis, one -1 takes what remains. */
export const reshape = (x: Value, shape: IntVector): ResultValue => apply('Reshape', [x, intVector(shape)], {});
export const transpose = (x: Value, perm: readonly number[]): ResultValue => apply('Transpose', [x], { perm });
export const expand = (x: Value, shape: readonly number[]): ResultValue => apply('Expand', [x, intVector(shape)], {});

/** The sizes of x as an int64 vector. */
export const shapeOf = (x: Value): ResultValue => apply('Shape', [x], {});

/**
 * Channels as pixels: [N, b²·C, H, W] → [N, C, b·H, b·W], where pixel (b·y + i, b·x + j) of channel c is pixel (y, x) of
 * channel (b·i + j)·C + c.
 */
export const depthToSpace = (x: Value, blocksize: number): ResultValue =>
  apply('DepthToSpace', [x], { blocksize, mode: 'DCR' });

/**
 * How real numbers are whole ones: scale · (q − zeroPoint). Scalars, or vectors with an entry a position on an axis; the
 * zero point's type is that of the whole numbers.
 */
export interface Quantization {
  readonly scale: Value;
  readonly zeroPoint: Value;
  readonly axis: number;
}

/** round(x / scale) + zeroPoint, halfway cases to even, clamped to the range of the zero point's type. */
export const quantizeLinear = (x: Value, { scale, zeroPoint, axis }: Quantization): ResultValue =>
  apply('QuantizeLinear', [x, scale, zeroPoint], { axis });

/** scale · (q − zeroPoint). */
export const dequantizeLinear = (q: Value, { scale, zeroPoint, axis }: Quantization): ResultValue =>
  apply('DequantizeLinear', [q, scale, zeroPoint], { axis });

/** Nearest-neighbour enlargement of [N, C, H, W] by a whole factor: pixel (y, x) is taken from (⌊y/f⌋, ⌊x/f⌋). */
export const resizeNearest = (x: Value, factor: number): ResultValue =>
  apply('Resize', [x, null, constant(floatTensor([4], Float32Array.of(1, 1, factor, factor)))], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
