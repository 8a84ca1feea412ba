import { CHANNELS, type Picture } from '../../image/picture.ts';

/** Directions in the colour cube along which colours are compared. */
const directionCount = 32;

/** Places of the sorted colours at which they are compared: pictures need not have the same number of pixels. */
const quantileCount = 1024;

/**
 * How far a picture's colours are from a painting's, wherever they are in the picture: the sliced Wasserstein distance of
 * the pixels in RGB (Bonneel et al. 2015, "Sliced and Radon Wasserstein Barycenters of Measures"; Heitz et al. 2021, "A
 * Sliced Wasserstein Loss for Neural Texture Synthesis", equation 3). The pixels are projected onto directions spread evenly
 * over a half sphere, and the sorted projections subtracted.
 * @returns the root of the mean squared difference, in levels of 0..255; 0 for pictures of the same colours
 */
export function colourDistance(picture: Picture, painting: Picture): number {
  const squares = directions.map((direction) => {
    const [ours, theirs] = [quantiles(project(picture, direction)), quantiles(project(painting, direction))];
    return ours.reduce((sum, value, index) => sum + (value - (theirs[index] ?? Number.NaN)) ** 2, 0) / quantileCount;
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
  return Float32Array.from({ length: data.length / CHANNELS }, (_, pixel) => {
    const start = pixel * CHANNELS;
    return red * (data[start] ?? 0) + green * (data[start + 1] ?? 0) + blue * (data[start + 2] ?? 0);
  });
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
