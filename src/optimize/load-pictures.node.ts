import { decodeWithin, readPictureFile } from '../image/decode.node.ts';
import { shortestPaintingSide } from '../image/painting.ts';
import type { Picture, PictureSize } from '../image/picture.ts';
import { noticeTransparency } from '../image/transparency.node.ts';

/** Of a picture's long side, what the short side of a painting is to be. */
const paintingShare = 0.75;

/**
 * The short side to which a painting is resized for a picture if nothing else is asked for: so that its motifs have the
 * room that suits the picture, but not more than it has itself.
 * @param painting its size, or that of the part that is learnt from
 */
export function suitableStyleSize(painting: PictureSize, picture: PictureSize): number {
  const share = Math.round(paintingShare * Math.max(picture.width, picture.height));
  return Math.min(Math.max(shortestPaintingSide, share), painting.width, painting.height);
}

/**
 * Reads a photograph, reduced to a long side if it is larger.
 * @param onNotice told one sentence of what is done with the picture that may not be expected
 * @throws one sentence if it cannot be read, or all of it is transparent
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
