import { CHANNELS, type Picture, type PictureSize } from './picture.ts';

export const sideNames = ['left', 'top', 'right', 'bottom'] as const;
export type SideName = (typeof sideNames)[number];

/** A value for each side of a picture. */
export type BySide<T> = Readonly<Record<SideName, T>>;

/** Asks for a value for each side. */
export function bySide<T>(make: (name: SideName) => T): BySide<T> {
  return { left: make('left'), top: make('top'), right: make('right'), bottom: make('bottom') };
}

/** A straight edge beside a side of a picture: parallel to it but for a slight tilt. */
export interface StraightEdge {
  /** Pixels between the side and the edge's innermost end. */
  readonly depth: number;
  /** By how many levels (0..255) the colours differ across it, along almost all of its length. */
  readonly step: number;
}

/** How far inwards edges are looked for, in parts of the way to the opposite side. */
const reachedDepth = 0.3;

/** How far both ends of an edge may lie from its middle, in parts of its length. */
const largestTilt = 0.012;

/** Pieces of an edge, each of which must show it; one need not: there the colours may happen to be the same. */
const pieces = 8;
const missingPieces = 1;

/** Levels; a larger step counts for no more, so that a few strong pixels make no edge. */
const largestStep = 25;

/** Pixels between two edges, at least. */
const apart = 3;

/** Pixels within which the colours have changed across an edge, at most. */
const softest = 8;

/** Of weaker ones there are many in any painting. */
const smallestStep = 3;

/**
 * The straight edges beside each side, from the outermost to the innermost. The mean step of the colours across a line is taken
 * in each of eight pieces of the line (a projection profile of the signed gradient): in the strokes of a painting it
 * cancels out in some of them, along the edge of a frame in none.
 */
export function straightEdges(picture: Picture): BySide<readonly StraightEdge[]> {
  return bySide((name) => edgesBeside(picture, sideOf(picture, name)));
}

/** A picture as it is walked from one of its sides. */
interface Side {
  /** Pixels from this side to the opposite one. */
  readonly depth: number;
  /** Pixels along this side. */
  readonly length: number;
  /** Where in the picture's data a pixel begins that lies so deep, so far along the side. */
  indexOf(depth: number, along: number): number;
}

function sideOf({ width, height }: PictureSize, name: SideName): Side {
  const index = (x: number, y: number) => CHANNELS * (y * width + x);
  switch (name) {
    case 'left':
      return { depth: width, length: height, indexOf: (depth, along) => index(depth, along) };
    case 'right':
      return { depth: width, length: height, indexOf: (depth, along) => index(width - 1 - depth, along) };
    case 'top':
      return { depth: height, length: width, indexOf: (depth, along) => index(along, depth) };
    case 'bottom':
      return { depth: height, length: width, indexOf: (depth, along) => index(along, height - 1 - depth) };
  }
}

/** The strongest line through a depth. */
interface Line {
  /** The depth of its middle. */
  readonly middle: number;
  /** By how many pixels its end lies deeper than its middle, and its beginning less deep. */
  readonly shift: number;
  readonly step: number;
}

function edgesBeside(picture: Picture, side: Side): readonly StraightEdge[] {
  const tilt = Math.round(largestTilt * side.length);
  const reached = Math.floor(reachedDepth * side.depth);
  const steps = new Steps(picture, side, Math.min(side.depth - 2, reached + tilt));
  const lines = Array.from({ length: reached }, (_, index) => strongestThrough(index + 1, tilt, steps));
  return lines
    .filter((line, index) => line.step >= smallestStep && isPeak(line, lines, index) && isSharp(line, steps))
    .map(({ middle, shift, step }) => ({ depth: middle + Math.abs(shift), step }));
}

/** Of equally strong ones, the line that is tilted the least. */
function strongestThrough(middle: number, tilt: number, steps: Steps): Line {
  let strongest: Line = { middle, shift: 0, step: 0 };
  for (let shift = -tilt; shift <= tilt; shift++) {
    const step = steps.across(middle, shift);
    const isLessTilted = Math.abs(shift) < Math.abs(strongest.shift);
    if (step > strongest.step || (step === strongest.step && isLessTilted)) strongest = { middle, shift, step };
  }
  return strongest;
}

/** Whether a line is the strongest around it; of equal ones the innermost is taken. */
function isPeak({ step, middle }: Line, lines: readonly Line[], index: number): boolean {
  return lines
    .slice(Math.max(0, index - apart), index + apart + 1)
    .every((other) => other.step < step || (other.step === step && other.middle <= middle));
}

/** Whether the colours change at once: in a soft transition, lines further out and further in are about as strong. */
function isSharp({ middle, shift, step }: Line, steps: Steps): boolean {
  const isWeak = (distance: number) => steps.across(middle + distance, shift) < step / 2;
  const distances = Array.from({ length: softest }, (_, index) => index + 1);
  return distances.some(isWeak) && (middle <= softest || distances.some((distance) => isWeak(-distance)));
}

/** Stretches of a side in each of which the steps across it are summed up; a tilted edge is straight in one. */
const stretches = 64;

/** The steps of the colours inwards from a side. */
class Steps {
  /** [depth, stretch, channel]. */
  readonly #sums: Float64Array;

  constructor(
    picture: Picture,
    private readonly side: Side,
    private readonly deepest: number,
  ) {
    this.#sums = new Float64Array((deepest + 1) * stretches * CHANNELS);
    for (let depth = 1; depth <= deepest; depth++) {
      for (let along = 0; along < side.length; along++) this.#add(picture, depth, along);
    }
  }

  /** The colours of the two pixels inside of an edge, less those of the two outside. */
  #add({ data }: Picture, depth: number, along: number): void {
    const { length, indexOf } = this.side;
    const [inner, nextInner] = [indexOf(depth, along), indexOf(depth + 1, along)];
    const [outer, nextOuter] = [indexOf(depth - 1, along), indexOf(Math.max(0, depth - 2), along)];
    const start = CHANNELS * (depth * stretches + Math.floor((along * stretches) / length));
    for (let channel = 0; channel < CHANNELS; channel++) {
      const inside = (data[inner + channel] ?? 0) + (data[nextInner + channel] ?? 0);
      const outside = (data[outer + channel] ?? 0) + (data[nextOuter + channel] ?? 0);
      const step = Math.max(-largestStep, Math.min(largestStep, (inside - outside) / 2));
      this.#sums[start + channel] = (this.#sums[start + channel] ?? 0) + step;
    }
  }

  /**
   * How strong the edge along a line is: the mean step in the weakest piece that counts.
   * @param middle the depth of the line's middle
   * @param shift how much deeper its end is, and how much less deep its beginning
   */
  across(middle: number, shift: number): number {
    const { length } = this.side;
    // Near its ends, a line of a frame meets those of the frame's other sides.
    const corner = Math.round(stretches * Math.min(middle / length, 1 / 4));
    const piece = (stretches - 2 * corner) / pieces;
    const means = Array.from({ length: pieces }, (_, index) =>
      this.#meanIn(corner + Math.floor(index * piece), corner + Math.floor((index + 1) * piece), middle, shift),
    );
    return means.sort((a, b) => a - b)[missingPieces] ?? 0;
  }

  /** The mean step across a part of a tilted line, in the channel in which it is largest. */
  #meanIn(start: number, end: number, middle: number, shift: number): number {
    const sums = [0, 0, 0];
    for (let stretch = start; stretch < end; stretch++) {
      const depth = middle + Math.round(shift * ((2 * stretch + 1) / stretches - 1));
      if (depth < 1 || depth > this.deepest) continue;
      const at = CHANNELS * (depth * stretches + stretch);
      for (let channel = 0; channel < CHANNELS; channel++) {
        sums[channel] = (sums[channel] ?? 0) + (this.#sums[at + channel] ?? 0);
      }
    }
    const pixels = ((end - start) * this.side.length) / stretches;
    return Math.max(...sums.map(Math.abs)) / pixels;
  }
}
