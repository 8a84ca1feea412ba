import { basename, extname } from 'node:path';
import { previewPath, previewPhotographPath } from '../../files/preview-files.node.ts';
import { decodePicture, decodeResized, PictureError } from '../../image/decode.node.ts';
import { encodePicture } from '../../image/encode.node.ts';
import type { Preview, StylizedPreview } from './stylize-previews.ts';

/** Larger preview photographs are reduced to this short side, in pixels. */
const previewShortSide = 384;

/**
 * The photographs that show how far a training has come: those asked for, otherwise the first two that can be read.
 * @throws if one of those asked for is not a picture
 */
export async function loadPreviewsOf(
  chosen: readonly string[] | undefined,
  photographs: readonly string[],
): Promise<readonly Preview[]> {
  return chosen ? loadPreviews(chosen) : choosePreviews(photographs);
}

/** @throws if one of the files is not a picture */
async function loadPreviews(files: readonly string[]): Promise<readonly Preview[]> {
  return Promise.all(files.map(loadPreview));
}

/** The first two photographs that can be read; broken ones are left to the training's own count. */
async function choosePreviews(photographs: readonly string[]): Promise<readonly Preview[]> {
  const previews: Preview[] = [];
  for (const file of photographs) {
    if (previews.length === 2) break;
    try {
      previews.push(await loadPreview(file, previews.length));
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
    }
  }
  return previews;
}

async function loadPreview(file: string, index: number): Promise<Preview> {
  const own = await decodePicture(file);
  const isLarge = Math.min(own.width, own.height) > previewShortSide;
  const photograph = isLarge ? await decodeResized(file, { shortSide: previewShortSide }) : own;
  return { name: `${index + 1}-${basename(file, extname(file))}`, photograph };
}

/** Writes stylized previews as previews/NAME-step-000100.png, and each photograph itself beside them. */
export async function writePreviews(folder: string, stylized: readonly StylizedPreview[], step: number): Promise<void> {
  for (const { name, photograph, picture } of stylized) {
    await encodePicture(photograph, previewPhotographPath(folder, name));
    await encodePicture(picture, previewPath(folder, name, step));
  }
}
