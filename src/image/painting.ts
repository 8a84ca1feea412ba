import { cutRegion } from './crop.ts';
import { findFrame, regionWithin } from './find-frame.ts';
import { CHANNELS, type Picture, type PictureSize, type Region } from './picture.ts';
import { UnsuitablePictureError } from './unsuitable-picture.ts';

/** A painting whose short side is shorter has no strokes to learn, in pixels. */
export const shortestPaintingSide = 64;

/** How many times as long as wide a painting may be: a longer strip would be enlarged beyond any memory. */
const longestStrip = 10;

/** The least standard deviation of a painting's most varied channel, on the 0..255 scale: a JPEG of one colour has less. */
const leastVariation = 2;

/** Long side of the copy on which a painting is looked at, in pixels; a smaller painting is looked at itself. */
export const paintingCopySide = 512;

/**
 * Checks a painting's size.
 * @param name of the file
 * @throws UnsuitablePictureError if it is too small, or a strip
 */
export function requirePaintingSize(name: string, { width, height }: PictureSize): void {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  if (short < shortestPaintingSide) {
    throw new UnsuitablePictureError(
      `Expected a painting of at least ${shortestPaintingSide} pixels a side, so that it has strokes, ` +
        `but ${name} has ${width}×${height}`,
    );
  }
  if (long > longestStrip * short) {
    throw new UnsuitablePictureError(
      `Expected a painting that is at most ${longestStrip} times as long as wide but ${name} has ${width}×${height} pixels: ` +
        'cut out a part of it',
    );
  }
}

/**
 * Finds the part of a painting that lies within its frame and its dark borders.
 * @param name of the file
 * @param copy the painting, reduced to a long side of paintingCopySide
 * @param size its own size
 * @returns undefined if nothing surrounds it
 * @throws UnsuitablePictureError if all of the painting, or all within its frame, has one colour
 */
export function findPaintedRegion(name: string, copy: Picture, size: PictureSize): Region | undefined {
  requireColours(name, copy);
  const insets = findFrame(copy);
  const inner = regionWithin(copy, insets);
  if (inner.width === copy.width && inner.height === copy.height) return undefined;
  if (!hasColours(cutRegion(copy, inner))) {
    throw new UnsuitablePictureError(
      `Expected a painting within the frame in ${name} but all within it has the same colour: crop the part to be learnt`,
    );
  }
  const [across, down] = [size.width / copy.width, size.height / copy.height];
  return regionWithin(size, {
    left: Math.ceil(insets.left * across),
    top: Math.ceil(insets.top * down),
    right: Math.ceil(insets.right * across),
    bottom: Math.ceil(insets.bottom * down),
  });
}

/**
 * Checks that there is something to learn from a painting.
 * @param name of the file
 * @throws UnsuitablePictureError if all of it has one colour
 */
export function requireColours(name: string, painting: Picture): void {
  if (hasColours(painting)) return;
  throw new UnsuitablePictureError(`Expected a painting with more than one colour but all of ${name} looks the same`);
}

function hasColours(picture: Picture): boolean {
  return largestDeviation(picture) >= leastVariation;
}

/** The standard deviation of the channel that has the largest. */
function largestDeviation({ data }: Picture): number {
  const pixels = data.length / CHANNELS;
  const deviations = Array.from({ length: CHANNELS }, (_, channel) => {
    let [sum, squares] = [0, 0];
    for (let at = channel; at < data.length; at += CHANNELS) {
      const value = data[at] ?? 0;
      sum += value;
      squares += value * value;
    }
    return Math.sqrt(Math.max(0, squares / pixels - (sum / pixels) ** 2));
  });
  return Math.max(...deviations);
}
