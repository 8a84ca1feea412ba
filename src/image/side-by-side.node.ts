import { placeOnCanvas } from './canvas.node.ts';
import type { Picture } from './picture.ts';
import { resizePicture } from './resize.node.ts';

/** White between two pictures, in pixels. */
const gap = 16;

/** Pictures in a row on white, each at the same height with its own proportions. */
export async function placeSideBySide(pictures: readonly Picture[], height: number): Promise<Picture> {
  const resized = await Promise.all(
    pictures.map((picture) => {
      const width = Math.max(1, Math.round((picture.width * height) / picture.height));
      return resizePicture(picture, { width, height }, 'fill');
    }),
  );
  let left = 0;
  const placed = resized.map((picture) => {
    const here = { picture, left, top: 0 };
    left += picture.width + gap;
    return here;
  });
  return placeOnCanvas({ width: left - gap, height }, placed);
}
