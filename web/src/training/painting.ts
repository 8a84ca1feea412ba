import { requireHeader } from '../../../src/image/decode.browser.ts';
import type { PictureSize } from '../../../src/image/picture.ts';

/** The long side of a painting to its short side, at most: a strip would be enlarged beyond any memory. */
const mostOblong = 4;

/**
 * Checks a painting before any of it is decoded.
 * @throws one sentence if it is no picture, too large or too oblong
 */
export async function requirePainting(file: Blob, pixelLimit: number): Promise<void> {
  requireProportions(await requireHeader(file, pixelLimit));
}

function requireProportions({ width, height }: PictureSize): void {
  if (Math.max(width, height) <= mostOblong * Math.min(width, height)) return;
  throw new Error(
    `Expected a painting at most ${mostOblong} times as long as wide but this one has ${width} × ${height} pixels. Cut it first.`,
  );
}
