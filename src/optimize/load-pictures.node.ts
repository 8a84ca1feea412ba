import { decodeResized, decodeWithin, type PictureFile, pictureSize, readPictureFile } from '../image/decode.node.ts';
import { CHANNELS, type Picture, type PictureSize } from '../image/picture.ts';
import { readTransparency } from '../image/transparency.node.ts';

/** A painting whose short side is shorter has no strokes to learn, in pixels. */
export const shortestPaintingSide = 64;

/** How many times as long as wide a painting may be. */
const longestStrip = 10;

/** The least standard deviation of a painting's most varied channel, on the 0..255 scale: a JPEG of one colour has less. */
const leastVariation = 2;

/** Of a picture's long side, what the short side of a painting is to be. */
const paintingShare = 0.75;

/**
 * The short side to which a painting is resized for a picture if nothing else is asked for: so that its motifs have the
 * room that suits the picture, but not more than it has itself.
 * @throws as loadPainting does if the painting cannot be read
 */
export async function suitableStyleSize(painting: string, picture: PictureSize): Promise<number> {
  const { width, height } = await pictureSize(painting);
  const share = Math.round(paintingShare * Math.max(picture.width, picture.height));
  return Math.min(Math.max(shortestPaintingSide, share), width, height);
}

/**
 * Reads a painting, resized to a short side.
 * @param onNotice told one sentence of what is done with the picture that may not be expected
 * @throws one sentence if it cannot be read, is too small, a strip, or all of one colour
 */
export async function loadPainting(
  path: string,
  shortSide: number,
  onNotice: (sentence: string) => void,
): Promise<Picture> {
  const file = await readPictureFile(path);
  requirePaintingSize(path, await pictureSize(file));
  await noticeTransparency(file, onNotice);
  const painting = await decodeResized(file, { shortSide });
  if (largestDeviation(painting) < leastVariation) {
    throw new Error(`Expected a painting with more than one colour but all of ${path} looks the same`);
  }
  return painting;
}

/**
 * Reads a photograph, reduced to a long side if it is larger.
 * @param onNotice as of loadPainting
 * @throws one sentence if it cannot be read
 */
export async function loadPhotograph(
  path: string,
  longSide: number,
  onNotice: (sentence: string) => void,
): Promise<Picture> {
  const file = await readPictureFile(path);
  await noticeTransparency(file, onNotice);
  return decodeWithin(file, { longSide });
}

function requirePaintingSize(path: string, { width, height }: PictureSize): void {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  if (short < shortestPaintingSide) {
    throw new Error(
      `Expected a painting of at least ${shortestPaintingSide} pixels a side, so that it has strokes, ` +
        `but ${path} has ${width}×${height}`,
    );
  }
  if (long > longestStrip * short) {
    throw new Error(
      `Expected a painting that is at most ${longestStrip} times as long as wide but ${path} has ${width}×${height} pixels: ` +
        'cut out a part of it',
    );
  }
}

async function noticeTransparency(file: PictureFile, onNotice: (sentence: string) => void): Promise<void> {
  const transparency = await readTransparency(file);
  if (transparency === 'whole') {
    throw new Error(`Expected a picture in ${file.path} but all of it is transparent`);
  }
  if (transparency === 'partial') onNotice(`${file.path} is transparent in parts: they are taken for white`);
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
