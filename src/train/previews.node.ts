import { basename, extname } from 'node:path';
import { decodePicture, decodeResized, PictureError } from '../image/decode.node.ts';
import { encodePicture } from '../image/encode.node.ts';
import { fromPlanar, type Picture } from '../image/picture.ts';
import { type CreateSession, floatData, pictureTensor } from './graph-session.ts';
import { previewPath, previewPhotographPath } from './preview-files.node.ts';
import type { RunFolder } from './run-folder.node.ts';

/** Larger preview photographs are reduced to this short side, in pixels. */
const previewShortSide = 384;

/** A photograph that is stylized now and then while a network is trained. */
export interface Preview {
  readonly name: string;
  readonly photograph: Picture;
}

/** @throws if one of the files is not a picture */
export async function loadPreviews(files: readonly string[]): Promise<readonly Preview[]> {
  return Promise.all(files.map(loadPreview));
}

/** The first two photographs that can be read; broken ones are left to the training's own count. */
export async function choosePreviews(photographs: readonly string[]): Promise<readonly Preview[]> {
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

/** A preview photograph and what a model makes of it. */
export interface StylizedPreview extends Preview {
  readonly picture: Picture;
}

/** Stylizes the preview photographs with a model file's bytes. */
export async function stylizePreviews(
  previews: readonly Preview[],
  model: Uint8Array,
  createSession: CreateSession,
): Promise<readonly StylizedPreview[]> {
  if (previews.length === 0) return [];
  const session = await createSession(model);
  try {
    const stylized: StylizedPreview[] = [];
    for (const preview of previews) {
      const { width, height } = preview.photograph;
      const outputs = await session.run({ image: pictureTensor(preview.photograph) });
      stylized.push({ ...preview, picture: fromPlanar(floatData(outputs, 'stylized'), width, height) });
    }
    return stylized;
  } finally {
    await session.release();
  }
}

/** Writes stylized previews as previews/NAME-step-000100.png, and each photograph itself beside them. */
export async function writePreviews(
  folder: RunFolder,
  stylized: readonly StylizedPreview[],
  step: number,
): Promise<void> {
  for (const { name, photograph, picture } of stylized) {
    await encodePicture(photograph, previewPhotographPath(folder.file(), name));
    await encodePicture(picture, previewPath(folder.file(), name, step));
  }
}
