import { type FloatTensor, floatTensor, scalarTensor, type Tensor } from '../../graph-builder/ir/tensor.ts';
import { constant, type Value } from '../../graph-builder/ir/value.ts';
import { dequantizeLinear, type Quantization } from '../../graph-builder/operators/index.ts';

/** The smallest and the largest value of a tensor. */
export interface ValueRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** A scale and a zero point: whole numbers q of eight bits without sign stand for scale · (q − zeroPoint). */
export interface Affine {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** The smallest difference that is told apart, where a range is empty. */
const smallestScale = 1e-8;

/** The whole numbers 0..255 for a range; zero is always one of them. */
export function affineOf({ minimum, maximum }: ValueRange): Affine {
  const lowest = Math.min(minimum, 0);
  const scale = Math.max((Math.max(maximum, 0) - lowest) / 255, smallestScale);
  return { scale, zeroPoint: Math.round(-lowest / scale) };
}

/** The range that holds all of some ranges. */
export function unionOf(ranges: readonly ValueRange[]): ValueRange {
  return {
    minimum: Math.min(...ranges.map(({ minimum }) => minimum)),
    maximum: Math.max(...ranges.map(({ maximum }) => maximum)),
  };
}

/** One scale and zero point for a whole tensor. */
export function tensorQuantization({ scale, zeroPoint }: Affine): Quantization {
  return {
    scale: constant(scalarTensor(scale)),
    zeroPoint: constant({ type: 'uint8', shape: [], data: Uint8Array.of(zeroPoint) }),
    axis: 1,
  };
}

/** A scale and a zero point for each channel of [N, C, H, W]. */
export function channelQuantization(affines: readonly Affine[]): Quantization {
  const data = Uint8Array.from(affines, ({ zeroPoint }) => zeroPoint);
  return {
    scale: vector(affines.map(({ scale }) => scale)),
    zeroPoint: constant({ type: 'uint8', shape: [data.length], data }),
    axis: 1,
  };
}

/** The largest absolute value of each entry on the first axis, over 127: the scales of symmetric int8. */
export function symmetricScales({ shape: [outputs = 1], data }: FloatTensor): readonly number[] {
  const size = data.length / outputs;
  return Array.from({ length: outputs }, (_, output) => {
    const own = data.subarray(output * size, (output + 1) * size);
    return Math.max(own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127, smallestScale);
  });
}

/** An array in int8 and back, symmetric, with a scale for each entry on the first axis. */
export function eightBits(tensor: FloatTensor, scales: readonly number[]): Value {
  const data = Int8Array.from(steps(tensor, scales));
  const zeroPoint: Tensor = { type: 'int8', shape: [scales.length], data: new Int8Array(scales.length) };
  return wholeNumbers({ type: 'int8', shape: tensor.shape, data }, zeroPoint, scales);
}

/** An array in int32 and back, as `eightBits`. */
export function thirtyTwoBits(tensor: FloatTensor, scales: readonly number[]): Value {
  const data = Int32Array.from(steps(tensor, scales));
  const zeroPoint: Tensor = { type: 'int32', shape: [scales.length], data: new Int32Array(scales.length) };
  return wholeNumbers({ type: 'int32', shape: tensor.shape, data }, zeroPoint, scales);
}

function steps({ data }: FloatTensor, scales: readonly number[]): readonly number[] {
  const size = data.length / scales.length;
  return Array.from(data, (value, position) => Math.round(value / (scales[Math.floor(position / size)] ?? Number.NaN)));
}

function wholeNumbers(tensor: Tensor, zeroPoint: Tensor, scales: readonly number[]): Value {
  return dequantizeLinear(constant(tensor), { scale: vector(scales), zeroPoint: constant(zeroPoint), axis: 0 });
}

function vector(values: readonly number[]): Value {
  return constant(floatTensor([values.length], Float32Array.from(values)));
}

/** An array with each entry on the first axis divided by its own number. */
export function dividedByEntry({ shape, data }: FloatTensor, divisors: readonly number[]): FloatTensor {
  const size = data.length / divisors.length;
  const divided = data.map((value, position) => value / (divisors[Math.floor(position / size)] ?? Number.NaN));
  return floatTensor(shape, divided);
}
