import type { Picture } from '../../image/picture.ts';
import { cellSide, flatCells } from '../perception/flat-cells.ts';
import { powerSpectrum } from './fourier.ts';
import { luminancePlane, median, type Plane } from './planes.ts';

/** Side of the squares whose spectra are looked at, in pixels; they overlap by half. */
const side = 64;

/** The part of a square's cells that are flat in the photograph. */
const flatPart = 0.9;

/** With fewer squares, the median of their spectra is noise. */
const fewestSquares = 8;

const longestPeriod = 32;

/** A wave of this amplitude is at the edge of what is seen; its share of power keeps what nobody sees from counting. */
const invisiblePower = (side / 2) ** 4 / 4 / 20;

/** Finer patterns than this many pixels are seen less, the finer the less. */
const finestSeen = 4;

const hann = Float64Array.from(
  { length: side },
  (_, place) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (place + 0.5)) / side),
);

/**
 * How far a lattice or a grid stands out: the highest peak at periods of 2 to 32 pixels in the median power spectrum of the
 * squares that are flat in the photograph, over the median of the power around it.
 * @returns undefined where the photograph has too few flat squares to tell
 */
export function latticeStrength(stylized: Picture, photograph: Picture): number | undefined {
  const plane = luminancePlane(stylized);
  const squares = flatSquares(photograph);
  if (squares.length < fewestSquares) return undefined;
  const spectra = squares.map(([left, top]) => powerSpectrum(windowed(plane, left, top), side));
  const spectrum = Float64Array.from({ length: side ** 2 }, (_, place) =>
    median(spectra.map((power) => power[place] ?? 0)),
  );
  let strongest = 0;
  for (let vertical = -side / 2 + 1; vertical <= side / 2; vertical++) {
    for (let horizontal = 0; horizontal <= side / 2; horizontal++) {
      const frequency = Math.hypot(horizontal, vertical);
      if (frequency < side / longestPeriod) continue;
      const seen = Math.min(1, (side / frequency / finestSeen) ** 8);
      strongest = Math.max(strongest, seen * peakAt(spectrum, horizontal, vertical));
    }
  }
  return strongest;
}

/** The upper left corners of the squares that are flat. */
function flatSquares(photograph: Picture): readonly (readonly [left: number, top: number])[] {
  const columns = Math.floor(photograph.width / cellSide);
  const flat = new Set(flatCells(photograph));
  const inSquare = side / cellSide;
  const squares: [number, number][] = [];
  for (let top = 0; top + side <= photograph.height; top += side / 2) {
    for (let left = 0; left + side <= photograph.width; left += side / 2) {
      const first = (top / cellSide) * columns + left / cellSide;
      const found = Array.from(
        { length: inSquare ** 2 },
        (_, cell) => first + Math.floor(cell / inSquare) * columns + (cell % inSquare),
      ).filter((cell) => flat.has(cell));
      if (found.length >= flatPart * inSquare ** 2) squares.push([left, top]);
    }
  }
  return squares;
}

function windowed({ width, data }: Plane, left: number, top: number): Float64Array {
  const values = Float64Array.from(
    { length: side ** 2 },
    (_, place) => data[(top + Math.floor(place / side)) * width + left + (place % side)] ?? 0,
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map(
    (value, place) => (value - mean) * (hann[Math.floor(place / side)] ?? 0) * (hann[place % side] ?? 0),
  );
}

/** The power at a peak over the median of the powers 3 to 5 places around it; 0 where there is no peak. */
function peakAt(spectrum: Float64Array, horizontal: number, vertical: number): number {
  const power = (x: number, y: number) => spectrum[((y + side) % side) * side + ((x + side) % side)] ?? 0;
  const own = power(horizontal, vertical);
  const around: number[] = [];
  for (let y = -5; y <= 5; y++) {
    for (let x = -5; x <= 5; x++) {
      const distance = Math.max(Math.abs(x), Math.abs(y));
      if (distance === 1 && power(horizontal + x, vertical + y) > own) return 0;
      if (distance >= 3) around.push(power(horizontal + x, vertical + y));
    }
  }
  return own / (median(around) + invisiblePower);
}
