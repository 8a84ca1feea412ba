import { sizeWithin } from '../../../src/image/picture.ts';
import type { Photograph } from './state.ts';

/** The long side, in pixels, of a photograph that is only to be looked at in passing. */
const side = 384;

/** The photograph as a small file. */
export async function smallPhotograph(photograph: Photograph | undefined): Promise<Blob | undefined> {
  if (!photograph) return undefined;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, sizeWithin(photograph, side));
  canvas.getContext('2d')?.drawImage(photograph.bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob((file) => resolve(file ?? undefined), 'image/png'));
}
