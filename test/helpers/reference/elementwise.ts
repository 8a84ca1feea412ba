import type { DataType } from '../../../src/graph-builder/ir/tensor.ts';
import { forEachIndex, type NumberTensor, numberTensor, stridesOf } from '../number-tensor.ts';

/** numpy's rule: shapes are aligned at their ends, sizes are equal or one of them is 1. */
export function broadcastShape(shapes: readonly (readonly number[])[]): readonly number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1).filter((size) => size !== 1);
    if (new Set(sizes).size > 1) throw new Error(`Expected shapes that broadcast but received ${sizes}`);
    return sizes[0] ?? 1;
  });
}

/** Applies a function of one number a tensor to broadcast tensors. */
export function combine(
  tensors: readonly NumberTensor[],
  type: DataType,
  compute: (...values: readonly number[]) => number,
): NumberTensor {
  const shape = broadcastShape(tensors.map((tensor) => tensor.shape));
  const result = new Float64Array(shape.reduce((product, size) => product * size, 1));
  const readers = tensors.map((tensor) => broadcastReader(tensor, shape.length));
  forEachIndex(shape, (index, position) => {
    result[position] = compute(...readers.map((read) => read(index)));
  });
  return numberTensor(shape, result, type);
}

/** Reads a tensor at an index of a shape that it broadcasts to. */
function broadcastReader({ shape, data }: NumberTensor, rank: number): (index: readonly number[]) => number {
  const strides = stridesOf(shape);
  const missing = rank - shape.length;
  return (index) => {
    let position = 0;
    shape.forEach((size, axis) => {
      if (size !== 1) position += (index[axis + missing] ?? 0) * (strides[axis] ?? 0);
    });
    return data[position] ?? Number.NaN;
  };
}

/** Division as ONNX has it: integers are truncated towards zero. */
export function divide(a: NumberTensor, b: NumberTensor): NumberTensor {
  return combine([a, b], a.type, (x = 0, y = 0) => (a.type === 'int64' ? Math.trunc(x / y) : x / y));
}

/** Cast between element types. Floating types keep the real number: rounding is the runtime's, not the definition's. */
export function castTo(x: NumberTensor, to: DataType): NumberTensor {
  const convert: Record<DataType, (value: number) => number> = {
    float32: (value) => value,
    float16: (value) => value,
    int64: Math.trunc,
    int32: Math.trunc,
    int8: (value) => (Math.trunc(value) << 24) >> 24,
    uint8: (value) => Math.trunc(value) & 255,
    bool: (value) => (value === 0 ? 0 : 1),
  };
  return numberTensor(x.shape, x.data.map(convert[to]), to);
}

/** A scale or a zero point beside a tensor: a scalar, or a vector along an axis. */
function alongAxis(entries: NumberTensor, { shape }: NumberTensor, axis: number): NumberTensor {
  const sizes = shape.map((_, place) => (place === axis ? entries.data.length : 1));
  return entries.shape.length === 0 ? entries : { ...entries, shape: sizes };
}

/** QuantizeLinear (opset 13): saturate(round half to even(x / scale) + zero point). */
export function quantize(x: NumberTensor, scale: NumberTensor, zeroPoint: NumberTensor, axis: number): NumberTensor {
  const [low, high] = zeroPoint.type === 'int8' ? [-128, 127] : [0, 255];
  const operands = [x, alongAxis(scale, x, axis), alongAxis(zeroPoint, x, axis)];
  return combine(operands, zeroPoint.type, (value = 0, step = 1, zero = 0) => {
    const quotient = value / step;
    const floor = Math.floor(quotient);
    const isTie = quotient - floor === 0.5;
    const rounded = isTie ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(quotient);
    return Math.min(Math.max(rounded + zero, low), high);
  });
}

/** DequantizeLinear (opset 13): (x − zero point) · scale. */
export function dequantize(x: NumberTensor, scale: NumberTensor, zeroPoint: NumberTensor, axis: number): NumberTensor {
  const operands = [x, alongAxis(scale, x, axis), alongAxis(zeroPoint, x, axis)];
  return combine(operands, scale.type, (value = 0, step = 1, zero = 0) => (value - zero) * step);
}
