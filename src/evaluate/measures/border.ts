import { CHANNELS, type Picture } from '../../image/picture.ts';
import { channelPlane, luminancePlane, median, type Plane } from './planes.ts';

/** How deep the border is, in pixels; steps deeper than `innerFrom` are the picture's own. */
const borderDepth = 16;
const innerFrom = 24;
const innerTo = 64;

/** Pixels along a side that are taken together, and across it on each side of a step. */
const segment = 16;
const reach = 4;

/** Colour steps follow the subject more than steps of texture do, so they count half. */
const colourShare = 1 / 2;

/**
 * How far a frame stands out along the border: the strongest step in colour or in texture (the luminance's gradient) within
 * the outer 16 pixels that at least three of the four sides have, less the strongest 24 to 64 pixels from the border.
 * @returns a difference of levels, 0..255; undefined for pictures too small to have an inside to compare with
 */
export function borderStep(stylized: Picture): number | undefined {
  if (Math.min(stylized.width, stylized.height) < 4 * innerTo - segment) return undefined;
  const planes = [0, 1, 2].map((channel) => channelPlane(stylized, channel));
  const colour = stepsOf(planes.map((plane) => sideProfiles(plane))).map(
    (steps) => Math.hypot(...steps) / Math.sqrt(CHANNELS),
  );
  const texture = stepsOf([sideProfiles(gradient(luminancePlane(stylized)))]).map(([step = 0]) => Math.abs(step));
  return Math.max(colourShare * excess(colour), excess(texture));
}

/** @param steps by depth, from 1 */
function excess(steps: readonly number[]): number {
  return Math.max(...steps.slice(0, borderDepth)) - Math.max(...steps.slice(innerFrom - 1, innerTo));
}

/** Means along each segment of each side, by depth. */
type Profiles = readonly (readonly Float64Array[])[];

function sideProfiles({ width, height, data }: Plane): Profiles {
  const deepest = innerTo + reach;
  const sides = [
    { length: width, at: (depth: number, along: number) => depth * width + along },
    { length: width, at: (depth: number, along: number) => (height - 1 - depth) * width + along },
    { length: height, at: (depth: number, along: number) => along * width + depth },
    { length: height, at: (depth: number, along: number) => along * width + width - 1 - depth },
  ];
  return sides.map(({ length, at }) => {
    const corner = Math.min(deepest, length >> 2);
    const segments: Float64Array[] = [];
    for (let first = corner; first + segment <= length - corner; first += segment) {
      segments.push(
        Float64Array.from({ length: deepest }, (_, depth) => {
          let sum = 0;
          for (let along = first; along < first + segment; along++) sum += data[at(depth, along)] ?? 0;
          return sum / segment;
        }),
      );
    }
    return segments;
  });
}

/** By depth from 1, the step of each quantity. */
function stepsOf(quantities: readonly Profiles[]): readonly (readonly number[])[] {
  return Array.from({ length: innerTo }, (_, index) => {
    const depth = index + 1;
    // Fewer rows outside make a noisier mean.
    const weight = Math.sqrt(Math.min(depth, reach) / reach);
    return quantities.map(
      (sides) => weight * ofThreeSides(sides.map((segments) => median(segments.map((rows) => stepAt(rows, depth))))),
    );
  });
}

function stepAt(rows: Float64Array, depth: number): number {
  return mean(rows.subarray(Math.max(0, depth - reach), depth)) - mean(rows.subarray(depth, depth + reach));
}

/** The size of a step that at least three of four sides have, with its sign; 0 where they disagree. */
function ofThreeSides(steps: readonly number[]): number {
  const [, second = 0, third = 0] = steps.toSorted((a, b) => a - b);
  if (second > 0) return second;
  return third < 0 ? third : 0;
}

function gradient({ width, height, data }: Plane): Plane {
  const values = data.map((value, pixel) => {
    const x = pixel % width;
    const right = data[x + 1 < width ? pixel + 1 : pixel - 1] ?? 0;
    const below = data[pixel + width < data.length ? pixel + width : pixel - width] ?? 0;
    return Math.hypot(value - right, value - below);
  });
  return { width, height, data: values };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
