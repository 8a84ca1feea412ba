import { describe, expect, it } from 'vitest';
import { floatToHalf, halfToFloat, largestHalf } from '../../../src/graph-builder/ir/half-float.ts';
import { randomTensor } from '../../helpers/random.ts';

const everyHalf = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
const isNumber = (bits: number) => (bits & 0x7fff) <= 0x7c00;

describe('floatToHalf', () => {
  it('gives every half-precision number, infinities and zeros of both signs back', () => {
    const numbers = everyHalf.filter(isNumber);
    expect(floatToHalf(halfToFloat(numbers))).toEqual(numbers);
  });

  it('rounds to the nearest, halfway cases to the even fraction', () => {
    const positive = everyHalf.filter((bits) => bits < 0x7bff);
    const lower = halfToFloat(positive);
    const upper = halfToFloat(positive.map((bits) => bits + 1));
    const between = (part: number) => lower.map((value, index) => value + part * ((upper[index] ?? 0) - value));
    expect(floatToHalf(between(0.375))).toEqual(positive);
    expect(floatToHalf(between(0.625))).toEqual(positive.map((bits) => bits + 1));
    expect(floatToHalf(between(0.5))).toEqual(positive.map((bits) => bits + (bits % 2)));
    expect(floatToHalf(between(0.5).map((value) => -value))).toEqual(
      positive.map((bits) => 0x8000 | (bits + (bits % 2))),
    );
  });

  it('is within half a unit in the last of eleven places', () => {
    const values = Float32Array.from(randomTensor([10_000], 1, -4, 4).data);
    const rounded = halfToFloat(floatToHalf(values));
    const worst = Math.max(...values.map((value, index) => Math.abs((rounded[index] ?? 0) / value - 1)));
    expect(worst).toBeLessThanOrEqual(2 ** -11);
    expect(worst).toBeGreaterThan(2 ** -12);
  });

  it('turns what is too large infinite and keeps NaN', () => {
    const large = Float32Array.of(largestHalf, 65519, 65520, -1e10, Number.NaN);
    expect([...halfToFloat(floatToHalf(large))]).toEqual([
      largestHalf,
      largestHalf,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
  });
});
