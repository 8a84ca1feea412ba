import type { FloatTensor, Tensor } from './tensor.ts';

/**
 * Half-precision numbers as single precision, exactly (IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits).
 * @param bits the raw bits of each number
 */
export function halfToFloat(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * 2 ** -24 * fraction;
    if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * 2 ** (exponent - 25) * (fraction + 0x400);
  });
}

/** The largest finite half-precision number. */
export const largestHalf = 65504;

/**
 * Single-precision numbers as the nearest half-precision ones, halfway cases to the even fraction (IEEE 754); from 65520
 * on they become infinite.
 * @returns the raw bits of each number
 */
export function floatToHalf(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, (value) => {
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
    const size = Math.abs(value);
    if (Number.isNaN(size)) return 0x7e00;
    if (size >= 65520) return sign | 0x7c00;
    // Below the smallest exponent the spacing of the numbers stays the same: they are subnormal.
    const exponent = Math.max(Math.floor(Math.log2(size)), -14);
    const fraction = roundToEven(size / 2 ** (exponent - 10));
    // A fraction that is rounded up to the next power of two carries into the exponent by itself.
    return sign | ((exponent + 14) * 0x400 + fraction);
  });
}

function roundToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

/** A tensor in half precision, as files keep weights. */
export function halfPrecisionTensor({ shape, data }: FloatTensor): Tensor<'float16'> {
  return { type: 'float16', shape, data: floatToHalf(data) };
}
