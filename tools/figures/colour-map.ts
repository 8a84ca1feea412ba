import type { Picture } from '../../src/image/picture.ts';

/** Matplotlib's "inferno" (van der Walt and Smith, CC0) at nine equal distances: lightness rises evenly from 0 to 1. */
const stops: readonly (readonly [red: number, green: number, blue: number])[] = [
  [0, 0, 4],
  [31, 12, 72],
  [85, 15, 109],
  [136, 34, 106],
  [186, 54, 85],
  [227, 89, 51],
  [249, 140, 10],
  [249, 201, 50],
  [252, 255, 164],
];

/** The colour of a value from 0 to 1; values beyond are taken for the nearer of these. */
export function colourOf(value: number): readonly [red: number, green: number, blue: number] {
  const position = Math.min(1, Math.max(0, value)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(position));
  const mixed = (channel: 0 | 1 | 2) => {
    const [from = 0, to = 0] = [stops[below]?.[channel], stops[below + 1]?.[channel]];
    return Math.round(from + (to - from) * (position - below));
  };
  return [mixed(0), mixed(1), mixed(2)];
}

/**
 * Values as a picture in the map's colours.
 * @param values row by row, width × height of them
 * @param scale from a value to 0..1
 */
export function mapColours(
  values: ArrayLike<number>,
  width: number,
  height: number,
  scale: (value: number) => number,
): Picture {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) data.set(colourOf(scale(values[i] ?? 0)), 3 * i);
  return { width, height, data };
}
