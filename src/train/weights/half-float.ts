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
