/**
 * The power |F|² of the discrete Fourier transform of a square: [side, side] → [side, side], frequencies in cycles a side
 * from zero, negative ones from the end. Radix-2 transforms of all rows, then of all columns (Cooley and Tukey 1965).
 * @param side a power of two
 */
export function powerSpectrum(square: Float64Array, side: number): Float64Array {
  const real = Float64Array.from(square);
  const imaginary = new Float64Array(side * side);
  for (let row = 0; row < side; row++) transform(real, imaginary, { start: row * side, stride: 1, side });
  for (let column = 0; column < side; column++) transform(real, imaginary, { start: column, stride: side, side });
  return real.map((value, index) => value ** 2 + (imaginary[index] ?? 0) ** 2);
}

interface Line {
  readonly start: number;
  readonly stride: number;
  readonly side: number;
}

function transform(real: Float64Array, imaginary: Float64Array, { start, stride, side }: Line): void {
  const index = (place: number) => start + place * stride;
  for (let place = 0, reversed = 0; place < side; place++) {
    if (place < reversed) {
      swap(real, index(place), index(reversed));
      swap(imaginary, index(place), index(reversed));
    }
    let bit = side >> 1;
    while (bit > 0 && reversed & bit) {
      reversed ^= bit;
      bit >>= 1;
    }
    reversed |= bit;
  }
  for (let half = 1; half < side; half *= 2) {
    for (let offset = 0; offset < half; offset++) {
      const [cosine, sine] = [Math.cos((-Math.PI * offset) / half), Math.sin((-Math.PI * offset) / half)];
      for (let place = offset; place < side; place += 2 * half) {
        const [low, high] = [index(place), index(place + half)];
        const [re, im] = [real[high] ?? 0, imaginary[high] ?? 0];
        const [turnedRe, turnedIm] = [re * cosine - im * sine, re * sine + im * cosine];
        real[high] = (real[low] ?? 0) - turnedRe;
        imaginary[high] = (imaginary[low] ?? 0) - turnedIm;
        real[low] = (real[low] ?? 0) + turnedRe;
        imaginary[low] = (imaginary[low] ?? 0) + turnedIm;
      }
    }
  }
}

function swap(values: Float64Array, a: number, b: number): void {
  [values[a], values[b]] = [values[b] ?? 0, values[a] ?? 0];
}
