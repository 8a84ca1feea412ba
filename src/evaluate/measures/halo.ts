import type { Picture } from '../../image/picture.ts';
import { boxMean, luminancePlane, type Plane } from './planes.ts';

/** How far from an edge the bright side is followed, in pixels. */
const reach = 30;

/** What makes an edge strong: its slope after smoothing, in levels a pixel, and the step across it. */
const leastSlope = 8;
const leastStep = 40;

/** How far the bright side of the photograph may be from its mean to count as flat. */
const flatWithin = 14;

/** Where the halo is looked for, the start of windows of three pixels, and where the surface behind it lies. */
const [haloFrom, haloTo, haloWidth] = [2, 8, 3];
const [behindFrom, behindTo] = [14, 20];

/** With fewer points of edges the mean follows single ones. */
const fewestPoints = 100;

/**
 * How much brighter pictures are beside something dark than a little further off, where the photograph is evenly bright: at
 * strong edges of the photograph, the mean luminance of the brightest three pixels 2 to 10 from the edge, less the mean at
 * 14 to 20.
 * @returns levels of 0..255, at least 0; undefined where the photograph has too few such edges
 */
export function haloStrength(stylized: Picture, photograph: Picture): number | undefined {
  const original = luminancePlane(photograph);
  const painted = luminancePlane(stylized);
  const smooth = boxMean(boxMean(original, 1), 1);
  const sums = new Float64Array(reach + 1);
  let points = 0;
  for (let y = 1; y < smooth.height - 1; y++) {
    for (let x = 1; x < smooth.width - 1; x++) {
      const direction = edgeAt(smooth, x, y);
      if (!direction || !hasFlatBrightSide(original, x, y, direction)) continue;
      points++;
      for (let distance = 0; distance <= reach; distance++) {
        sums[distance] = (sums[distance] ?? 0) + along(painted, x, y, direction, distance);
      }
    }
  }
  if (points < fewestPoints) return undefined;
  const meanOf = (from: number, to: number) => {
    const part = sums.subarray(from, to + 1);
    return part.reduce((sum, value) => sum + value, 0) / part.length / points;
  };
  const starts = Array.from({ length: haloTo - haloFrom + 1 }, (_, index) => haloFrom + index);
  const brightest = Math.max(...starts.map((from) => meanOf(from, from + haloWidth - 1)));
  return Math.max(0, brightest - meanOf(behindFrom, behindTo));
}

/** Towards the bright side, of length 1. */
type Direction = readonly [x: number, y: number];

/** The direction of an edge whose steepest point this is. */
function edgeAt(smooth: Plane, x: number, y: number): Direction | undefined {
  const [right, down] = slopeAt(smooth, x, y);
  const slope = Math.hypot(right, down);
  if (slope < leastSlope) return undefined;
  const direction: Direction = [right / slope, down / slope];
  const beside = (distance: number) =>
    Math.hypot(...slopeAt(smooth, Math.round(x + direction[0] * distance), Math.round(y + direction[1] * distance)));
  return beside(1) > slope || beside(-1) >= slope ? undefined : direction;
}

function slopeAt({ width, height, data }: Plane, x: number, y: number): Direction {
  if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1) return [0, 0];
  const pixel = y * width + x;
  return [
    ((data[pixel + 1] ?? 0) - (data[pixel - 1] ?? 0)) / 2,
    ((data[pixel + width] ?? 0) - (data[pixel - width] ?? 0)) / 2,
  ];
}

function hasFlatBrightSide(plane: Plane, x: number, y: number, direction: Direction): boolean {
  const distances = Array.from({ length: reach - 3 }, (_, index) => index + 4);
  const values = distances.map((distance) => along(plane, x, y, direction, distance));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // Outside of the picture values are NaN, and no comparison with them holds.
  return (
    values.every((value) => Math.abs(value - mean) <= flatWithin) &&
    mean - along(plane, x, y, direction, -4) > leastStep
  );
}

function along(
  { width, height, data }: Plane,
  x: number,
  y: number,
  [right, down]: Direction,
  distance: number,
): number {
  const [column, row] = [Math.round(x + right * distance), Math.round(y + down * distance)];
  const isInside = column >= 0 && row >= 0 && column < width && row < height;
  return isInside ? (data[row * width + column] ?? Number.NaN) : Number.NaN;
}
