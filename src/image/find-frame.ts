import { cutRegion } from './crop.ts';
import { CHANNELS, type Picture, type PictureSize, type Region } from './picture.ts';
import { type BySide, bySide, type SideName, type StraightEdge, sideNames, straightEdges } from './straight-edges.ts';

/** What lies between each side of a picture and the painting that it shows, in pixels. */
export type Insets = BySide<number>;

/** A frame has an edge of so many levels on each side, and of so many on average; widths are in parts of the picture's. */
const frameEdges = { step: 8, meanStep: 12, widest: 0.25 };

/** The edges of a frame are equally deep on all sides, but for such a part of the least deep, and so many pixels. */
const unevenness = { part: 0.35, pixels: 5 };

/**
 * A frame has one tone along each side, gilded or carved. The mean colours of so many pieces of a side differ by no more than this
 * (standard deviation of red less green and of blue less green, in levels). What is drawn around a picture may be of several.
 */
const frameTone = { pieces: 16, deviation: 30 };

/** A border ends in an edge of so many levels, at most so deep, in parts of the picture's width. */
interface Border {
  readonly step: number;
  readonly widest: number;
}

/** Borders may be on one side alone: thin ones, and strong ones that are a little wider. */
const outerBorders: readonly Border[] = [
  { step: 8, widest: 0.02 },
  { step: 15, widest: 0.03 },
];
const innerBorders: readonly Border[] = [{ step: 15, widest: 0.02 }];

/** A wide border is one where almost all is black, up to a level. */
const blackBorder = { step: 8, widest: 0.15, darkest: 16, share: 0.8 };

/** Frames lie in frames, and on walls. */
const mostFrames = 3;

/** The shortest side of a picture on which frames can be told, in pixels. */
const smallestSide = 128;

/** In parts of a side: less is not worth a word. */
const leastTaken = 0.005;

/** In parts of a side: where a frame would leave less, it is taken for a part of the painting. */
const leastLeft = 0.5;

const nothing: Insets = { left: 0, top: 0, right: 0, bottom: 0 };

/**
 * Finds what surrounds a painting in a picture of it: its frame, the wall around that, mount paper, and the dark borders of a
 * scan, as far as they end in straight edges. A frame has one on all sides, about equally deep; what may as well be a part
 * of the painting stays.
 * @param picture reduced to some hundred pixels a side: more take longer and show no more frames
 */
export function findFrame(picture: Picture): Insets {
  if (Math.min(picture.width, picture.height) < smallestSide) return nothing;
  const outer = straightEdges(picture);
  const frame = frameIn(outer, picture);
  const border = bordersIn(outer, outerBorders, picture);
  let insets = widened(
    nothing,
    bySide((name) => Math.max(frame[name], border[name])),
    picture,
  );
  for (let count = 1; count < mostFrames; count++) {
    const shown = cutRegion(picture, regionWithin(picture, insets));
    const inner = widened(insets, frameIn(straightEdges(shown), shown), picture);
    if (inner === insets) break;
    insets = inner;
  }
  if (frame !== nothing) {
    // What lay in a frame may have borders of its own.
    const shown = cutRegion(picture, regionWithin(picture, insets));
    insets = widened(insets, bordersIn(straightEdges(shown), innerBorders, shown), picture);
  }
  return sideNames.some((name) => insets[name] > leastTaken * widthFrom(picture, name)) ? insets : nothing;
}

/** The part of a picture that its insets leave. */
export function regionWithin({ width, height }: PictureSize, { left, top, right, bottom }: Insets): Region {
  return { left, top, width: width - left - right, height: height - top - bottom };
}

/** Insets and those of what they leave, together; the former alone where too little would be left. */
function widened(insets: Insets, inner: Insets, picture: PictureSize): Insets {
  if (inner === nothing) return insets;
  const sum = bySide((name) => insets[name] + inner[name]);
  const { width, height } = regionWithin(picture, sum);
  return width < leastLeft * picture.width || height < leastLeft * picture.height ? insets : sum;
}

/** The frame whose inner edges are the deepest. */
function frameIn(edges: BySide<readonly StraightEdge[]>, picture: Picture): Insets {
  const candidates = bySide((name) =>
    edges[name].filter(
      ({ depth, step }) => step >= frameEdges.step && depth <= frameEdges.widest * widthFrom(picture, name),
    ),
  );
  const depths = sideNames.flatMap((name) => candidates[name].map(({ depth }) => depth));
  const frames = depths.sort((a, b) => b - a).map((least) => frameFrom(least, candidates));
  return frames.find((frame) => frame !== nothing && isOfOneTone(frame, picture)) ?? nothing;
}

/** The frame that consists of each side's first edge from a depth on; nothing if they are no frame's. */
function frameFrom(least: number, candidates: BySide<readonly StraightEdge[]>): Insets {
  const most = (1 + unevenness.part) * least + unevenness.pixels;
  const edges = bySide((name) => candidates[name].find(({ depth }) => depth >= least && depth <= most));
  const { left, top, right, bottom } = edges;
  if (!left || !top || !right || !bottom) return nothing;
  const meanStep = (left.step + top.step + right.step + bottom.step) / 4;
  return meanStep < frameEdges.meanStep
    ? nothing
    : { left: left.depth, top: top.depth, right: right.depth, bottom: bottom.depth };
}

/** Whether the colours of a frame are about the same all along each of its sides, but for how light they are. */
function isOfOneTone(frame: Insets, picture: Picture): boolean {
  const deviations = sideNames.map((name) => toneDeviation(stripBeside(picture, name, frame[name]), name));
  return mean(deviations) <= frameTone.deviation;
}

/** How much the mean colours of the pieces of a strip differ from each other: the larger of two opponent colours' deviations. */
function toneDeviation({ width, height, data }: Picture, name: SideName): number {
  const isUpright = name === 'left' || name === 'right';
  const length = isUpright ? height : width;
  const { pieces } = frameTone;
  const sums = Array.from({ length: pieces }, () => ({ pixels: 0, red: 0, blue: 0 }));
  for (let pixel = 0; pixel < width * height; pixel++) {
    const along = isUpright ? Math.floor(pixel / width) : pixel % width;
    const sum = sums[Math.floor((along * pieces) / length)];
    if (!sum) continue;
    const [red = 0, green = 0, blue = 0] = data.subarray(CHANNELS * pixel, CHANNELS * (pixel + 1));
    sum.pixels++;
    sum.red += red - green;
    sum.blue += blue - green;
  }
  return Math.max(
    standardDeviation(sums.map(({ red, pixels }) => red / pixels)),
    standardDeviation(sums.map(({ blue, pixels }) => blue / pixels)),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardDeviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** The widest border of each side. */
function bordersIn(edges: BySide<readonly StraightEdge[]>, kinds: readonly Border[], picture: Picture): Insets {
  return bySide((name) => {
    const side = widthFrom(picture, name);
    const isBorder = ({ depth, step }: StraightEdge) =>
      kinds.some((border) => step >= border.step && depth <= border.widest * side) ||
      (step >= blackBorder.step && depth <= blackBorder.widest * side && isBlack(picture, name, depth));
    return Math.max(0, ...edges[name].filter(isBorder).map(({ depth }) => depth));
  });
}

/** Whether almost all is black between a side and a depth. */
function isBlack(picture: Picture, name: SideName, depth: number): boolean {
  const { data } = stripBeside(picture, name, depth);
  let black = 0;
  for (let at = 0; at < data.length; at += CHANNELS) {
    if (Math.max(...data.subarray(at, at + CHANNELS)) <= blackBorder.darkest) black++;
  }
  return CHANNELS * black >= blackBorder.share * data.length;
}

/** What lies between a side and a depth. */
function stripBeside(picture: Picture, name: SideName, depth: number): Picture {
  const opposite = { left: 'right', top: 'bottom', right: 'left', bottom: 'top' } as const;
  const beyond = { ...nothing, [opposite[name]]: widthFrom(picture, name) - depth };
  return cutRegion(picture, regionWithin(picture, beyond));
}

/** Pixels from a side to the opposite one. */
function widthFrom({ width, height }: PictureSize, name: SideName): number {
  return name === 'left' || name === 'right' ? width : height;
}
