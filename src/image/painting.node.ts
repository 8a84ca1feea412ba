import { decodeWithin, pictureSize, readPictureFile } from './decode.node.ts';
import { findPaintedRegion, paintingCopySide, requireColours, requirePaintingSize } from './painting.ts';
import type { PictureSize, Region } from './picture.ts';
import { noticeTransparency } from './transparency.node.ts';

/** A painting that has been looked at, and the part of it that is learnt from. */
export interface Painting {
  readonly path: string;
  /** Of the whole picture, in pixels. */
  readonly size: PictureSize;
  /** What lies within its frame; undefined where that is all of it, or it is not to be cropped. */
  readonly region: Region | undefined;
}

/** How a painting is looked at. */
export interface PaintingOptions {
  /** Whether its frame and its dark borders are left. */
  readonly keepFrame: boolean;
  /** Told one sentence of what is done with the picture that may not be expected. */
  readonly onNotice: (sentence: string) => void;
}

/**
 * Looks at a painting before anything is learnt from it.
 * @throws PictureError if it cannot be read
 * @throws UnsuitablePictureError if it is too small, a strip, transparent or of one colour
 */
export async function examinePainting(path: string, { keepFrame, onNotice }: PaintingOptions): Promise<Painting> {
  const file = await readPictureFile(path);
  const size = await pictureSize(file);
  requirePaintingSize(path, size);
  await noticeTransparency(file, onNotice);
  const copy = await decodeWithin(file, { longSide: paintingCopySide });
  if (keepFrame) {
    requireColours(path, copy);
    return { path, size, region: undefined };
  }
  return { path, size, region: findPaintedRegion(path, copy, size) };
}
