import sharp from 'sharp';
import { CHANNELS, type Picture } from './picture.ts';
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
  const placed = resized.map(({ width, data }) => {
    const input = { input: Buffer.from(data), raw: { width, height, channels: CHANNELS }, left, top: 0 } as const;
    left += width + gap;
    return input;
  });
  const width = left - gap;
  const canvas = sharp({ create: { width, height, channels: CHANNELS, background: 'white' } });
  return { width, height, data: await canvas.composite(placed).removeAlpha().raw().toBuffer() };
}
