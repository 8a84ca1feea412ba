import { CHANNELS, type Picture } from '../../image/picture.ts';

/** Directions in the colour cube along which colours are compared. */
const directionCount = 32;

/** Places of the sorted colours at which they are compared: pictures need not have the same number of pixels. */
const quantileCount = 1024;

/** The colours of a picture: for each direction the projections of the pixels at evenly spaced places of their sorted list. */
export type ColourQuantiles = readonly Float64Array[];

/** Projects a picture's colours onto directions spread evenly over a half sphere, and sorts each projection. */
export function colourQuantiles(picture: Picture): ColourQuantiles {
  return directions.map((direction) => quantiles(project(picture, direction)));
}

/**
 * How far the colours of two pictures are apart, wherever they are in the pictures: the sliced Wasserstein distance of the
 * pixels in RGB (Bonneel et al. 2015, "Sliced and Radon Wasserstein Barycenters of Measures"; Heitz et al. 2021, "A Sliced
 * Wasserstein Loss for Neural Texture Synthesis", equation 3).
 * @returns the root of the mean squared difference of the quantiles, in levels of 0..255; 0 for the same colours
 */
export function colourDistance(a: ColourQuantiles, b: ColourQuantiles): number {
  const squares = a.map((values, direction) => {
    const others = b[direction] ?? new Float64Array();
    return values.reduce((sum, value, index) => sum + (value - (others[index] ?? Number.NaN)) ** 2, 0) / quantileCount;
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / directionCount);
}

type Direction = readonly [red: number, green: number, blue: number];

/** Unit vectors along a spiral from the pole to the equator: each turns on by the golden angle and takes an equal area. */
const directions: readonly Direction[] = Array.from({ length: directionCount }, (_, index) => {
  const height = (index + 0.5) / directionCount;
  const radius = Math.sqrt(1 - height ** 2);
  const angle = index * Math.PI * (3 - Math.sqrt(5));
  return [radius * Math.cos(angle), radius * Math.sin(angle), height];
});

function project({ data }: Picture, [red, green, blue]: Direction): Float32Array {
  const projected = new Float32Array(data.length / CHANNELS);
  for (let pixel = 0, start = 0; pixel < projected.length; pixel++, start += CHANNELS) {
    projected[pixel] = red * (data[start] ?? 0) + green * (data[start + 1] ?? 0) + blue * (data[start + 2] ?? 0);
  }
  return projected;
}

/** The values at evenly spaced places of the sorted list. */
function quantiles(values: Float32Array): Float64Array {
  const sorted = values.toSorted();
  return Float64Array.from({ length: quantileCount }, (_, index) => {
    const place = ((index + 0.5) / quantileCount) * sorted.length - 0.5;
    const below = Math.max(0, Math.floor(place));
    const above = Math.min(sorted.length - 1, below + 1);
    const part = Math.max(0, place - below);
    return (1 - part) * (sorted[below] ?? Number.NaN) + part * (sorted[above] ?? Number.NaN);
  });
}
