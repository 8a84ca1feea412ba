import { decodeBitmap, requireHeader } from '../../../src/image/decode.browser.ts';
import { findPaintedRegion, paintingCopySide, requirePaintingSize } from '../../../src/image/painting.ts';
import { pictureOf } from '../../../src/image/picture.browser.ts';
import { type PictureSize, type Region, sizeWithin } from '../../../src/image/picture.ts';

/** The long side of a painting to its short side, at most: a strip would be enlarged beyond any memory. */
const mostOblong = 4;

/** A painting that has been looked at. */
export interface Painting {
  readonly file: File;
  /** Of the whole picture, in pixels. */
  readonly size: PictureSize;
  /** What lies within its frame; undefined where that is all of it. */
  readonly region: Region | undefined;
}

/**
 * Checks a painting before any of it is decoded.
 * @throws one sentence if it is no picture, too large or too oblong
 */
export async function requirePainting(file: Blob, pixelLimit: number): Promise<void> {
  requireProportions(await requireHeader(file, pixelLimit));
}

/**
 * Looks at a painting before anything is learnt from it.
 * @throws one sentence if it is no picture or damaged, too large, too small or too oblong, or of one colour
 */
export async function examinePainting(file: File, pixelLimit: number): Promise<Painting> {
  await requirePainting(file, pixelLimit);
  const bitmap = await decodeBitmap(file, pixelLimit);
  try {
    const size = { width: bitmap.width, height: bitmap.height };
    requirePaintingSize(file.name, size);
    const copy = await pictureOf(bitmap, sizeWithin(size, paintingCopySide));
    return { file, size, region: findPaintedRegion(file.name, copy, size) };
  } finally {
    bitmap.close();
  }
}

function requireProportions({ width, height }: PictureSize): void {
  if (Math.max(width, height) <= mostOblong * Math.min(width, height)) return;
  throw new Error(
    `Expected a painting at most ${mostOblong} times as long as wide but this one has ${width} × ${height} pixels. Cut it first.`,
  );
}
