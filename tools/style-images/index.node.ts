import { join } from 'node:path';
import { makeFolder } from '../../src/files/make-folder.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import type { Picture } from '../../src/image/picture.ts';
import { resizePicture } from '../../src/image/resize.node.ts';
import { drawBrushStrokes } from './brush-strokes/brush-strokes.node.ts';
import { drawMosaic } from './mosaic/mosaic.node.ts';
import { drawStainedGlass } from './stained-glass/stained-glass.node.ts';
import { drawWoodcut } from './woodcut/woodcut.node.ts';

const DRAWINGS = {
  mosaic: drawMosaic,
  woodcut: drawWoodcut,
  'brush-strokes': drawBrushStrokes,
  'stained-glass': drawStainedGlass,
} as const;

/** The name of a style image. */
export type StyleImageName = keyof typeof DRAWINGS;

/** The names of the style images. */
export const styleImageNames: readonly StyleImageName[] = ['mosaic', 'woodcut', 'brush-strokes', 'stained-glass'];

// Drawn larger than they are kept, so that edges come out smooth.
const SCALE = 1.5;
// At this one the most detailed of them stays below 400 kB.
const QUALITY = 80;

/** Draws a style image, its short side 768 pixels: the same pixels each time. */
async function drawStyleImage(name: StyleImageName): Promise<Picture> {
  const large = await DRAWINGS[name](SCALE);
  return resizePicture(large, { width: large.width / SCALE, height: large.height / SCALE }, 'fill');
}

/**
 * Draws a style image into a folder, as NAME.jpg.
 * @returns the file's path
 * @throws if the folder cannot be written to
 */
export async function writeStyleImage(name: StyleImageName, folder: string): Promise<string> {
  await makeFolder(folder);
  const file = join(folder, `${name}.jpg`);
  await encodePicture(await drawStyleImage(name), file, { quality: QUALITY });
  return file;
}
