import { CHANNELS, type Picture } from '../image/picture.ts';
import { type Flow, findFlow } from './optical-flow.ts';
import type { ReducedFrame } from './reduced-frame.ts';

/** Where each pixel of a frame was in the frame before, and whether it was there at all. */
export interface Motion {
  /** Pixels of the frame along each side of one of the flow's. */
  readonly factor: number;
  /** From the frame to the one before, in pixels of the reduced frames. */
  readonly flow: Flow;
  /**
   * [height, width] of the flow: 1 where both frames show the same, 0 where what is seen now was hidden before, was out of
   * the picture or changed.
   */
  readonly agreement: Float32Array;
}

/** Mean differences of colour, in levels, up to which two places certainly agree and from which they do not. */
const certainlySame = 4;
const certainlyOther = 12;

/** If less of the picture than this is the same, it is another scene. */
const leastAgreement = 0.25;

/** Finds the motion between two frames from their reduced copies. */
export function findMotion(previous: ReducedFrame, current: ReducedFrame): Motion {
  const flow = findFlow(current, previous);
  const { width, height } = flow;
  const errors = worstNearby(meanNearby(colourErrors(previous, current, flow), width, height), width, height);
  const agreement = errors.map((error) => 1 - smoothStep((error - certainlySame) / (certainlyOther - certainlySame)));
  const mean = agreement.reduce((sum, value) => sum + value, 0) / agreement.length;
  return { factor: current.factor, flow, agreement: mean < leastAgreement ? agreement.fill(0) : agreement };
}

/** How the colours differ along the flow, mean of the channels, in levels; what comes from outside counts as other. */
function colourErrors(
  previous: ReducedFrame,
  current: ReducedFrame,
  { width, height, right, down }: Flow,
): Float32Array {
  const errors = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const [fromX, fromY] = [x + (right[pixel] ?? 0), y + (down[pixel] ?? 0)];
      const isInside = isWithin(fromX, width) && isWithin(fromY, height);
      errors[pixel] = isInside ? colourError(previous, current.colours, CHANNELS * pixel, fromX, fromY) : largestError;
    }
  }
  return errors;
}

/**
 * How far a colour is from those of the four pixels around a place: nothing if it lies between theirs, so that fine detail
 * may fall on other pixels in another frame (Birchfield and Tomasi 1998, a dissimilarity insensitive to sampling).
 */
function colourError(
  { width, height, colours }: ReducedFrame,
  other: Float32Array,
  start: number,
  x: number,
  y: number,
): number {
  const left = CHANNELS * Math.min(Math.max(Math.floor(x), 0), width - 1);
  const right = CHANNELS * Math.min(Math.max(Math.floor(x) + 1, 0), width - 1);
  const upper = CHANNELS * width * Math.min(Math.max(Math.floor(y), 0), height - 1);
  const lower = CHANNELS * width * Math.min(Math.max(Math.floor(y) + 1, 0), height - 1);
  let sum = 0;
  for (let channel = 0; channel < CHANNELS; channel++) {
    const value = other[start + channel] ?? 0;
    const a = colours[upper + left + channel] ?? 0;
    const b = colours[upper + right + channel] ?? 0;
    const c = colours[lower + left + channel] ?? 0;
    const d = colours[lower + right + channel] ?? 0;
    sum += Math.max(value - Math.max(a, b, c, d), Math.min(a, b, c, d) - value, 0);
  }
  return sum / CHANNELS;
}

const largestError = 255;

/** Half a pixel past the last one still shows its colour. */
function isWithin(position: number, length: number): boolean {
  return position >= -0.5 && position <= length - 0.5;
}

/**
 * The colour between the pixels of an interleaved RGB picture, by bilinear interpolation; past the edges that of the edge.
 * @param target its three numbers are set
 */
function sampleColour(
  data: Uint8Array,
  width: number,
  height: number,
  x: number,
  y: number,
  target: Float32Array,
): void {
  const insideX = Math.min(Math.max(x, 0), width - 1);
  const insideY = Math.min(Math.max(y, 0), height - 1);
  const [left, top] = [Math.floor(insideX), Math.floor(insideY)];
  const [partX, partY] = [insideX - left, insideY - top];
  const upperLeft = CHANNELS * (top * width + left);
  const toRight = left + 1 < width ? CHANNELS : 0;
  const toBelow = top + 1 < height ? CHANNELS * width : 0;
  for (let channel = 0; channel < CHANNELS; channel++) {
    target[channel] = between(data, upperLeft + channel, toRight, toBelow, partX, partY);
  }
}

/** The value between four: at `start`, to its right, below and to the right of that, by bilinear interpolation. */
function between(
  values: Float32Array | Uint8Array,
  start: number,
  toRight: number,
  toBelow: number,
  partX: number,
  partY: number,
): number {
  const above = (1 - partX) * (values[start] ?? 0) + partX * (values[start + toRight] ?? 0);
  const below = (1 - partX) * (values[start + toBelow] ?? 0) + partX * (values[start + toBelow + toRight] ?? 0);
  return (1 - partY) * above + partY * below;
}

/** The mean of 3 × 3 pixels: less of it is noise. */
function meanNearby(values: Float32Array, width: number, height: number): Float32Array {
  return overNeighbours(values, width, height, (before, value, after) => (before + value + after) / 3);
}

/** The largest of 3 × 3 pixels: motion is uncertain beside what has come into sight. */
function worstNearby(values: Float32Array, width: number, height: number): Float32Array {
  return overNeighbours(values, width, height, Math.max);
}

/** Gathers each three pixels of a row, then each three results of a column; past the edges are those of the edge. */
function overNeighbours(
  values: Float32Array,
  width: number,
  height: number,
  gather: (before: number, value: number, after: number) => number,
): Float32Array {
  const alongRows = values.map((value, pixel) => {
    const x = pixel % width;
    return gather(values[x > 0 ? pixel - 1 : pixel] ?? 0, value, values[x + 1 < width ? pixel + 1 : pixel] ?? 0);
  });
  const lastRow = width * (height - 1);
  return alongRows.map((value, pixel) => {
    const above = alongRows[pixel >= width ? pixel - width : pixel] ?? 0;
    return gather(above, value, alongRows[pixel < lastRow ? pixel + width : pixel] ?? 0);
  });
}

function smoothStep(value: number): number {
  const part = Math.min(Math.max(value, 0), 1);
  return part * part * (3 - 2 * part);
}

/**
 * What is told of each pixel of a frame: where its three values lie in the frame's data, the colour that the frame before
 * has where the pixel was (the array is used again for the next pixel), and how far the two frames agree there, 0..1.
 */
export type VisitPixel = (start: number, before: Float32Array, agreement: number) => void;

/**
 * Visits all pixels of a frame together with what they were in the frame before.
 * @param before a picture of the frame before, the photograph or what was painted of it
 */
export function followMotion(before: Picture, { factor, flow, agreement }: Motion, visit: VisitPixel): void {
  const { width, height, data } = before;
  const colour = new Float32Array(CHANNELS);
  for (let y = 0; y < height; y++) {
    // The middle of a pixel, in the flow's pixels.
    const flowY = Math.min(Math.max((y + 0.5) / factor - 0.5, 0), flow.height - 1);
    const top = Math.floor(flowY);
    const toBelow = top + 1 < flow.height ? flow.width : 0;
    const partY = flowY - top;
    for (let x = 0; x < width; x++) {
      const flowX = Math.min(Math.max((x + 0.5) / factor - 0.5, 0), flow.width - 1);
      const left = Math.floor(flowX);
      const toRight = left + 1 < flow.width ? 1 : 0;
      const start = top * flow.width + left;
      const partX = flowX - left;
      const fromX = x + factor * between(flow.right, start, toRight, toBelow, partX, partY);
      const fromY = y + factor * between(flow.down, start, toRight, toBelow, partX, partY);
      sampleColour(data, width, height, fromX, fromY, colour);
      visit(CHANNELS * (y * width + x), colour, between(agreement, start, toRight, toBelow, partX, partY));
    }
  }
}
