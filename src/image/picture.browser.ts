import { createCanvas } from './canvas.browser.ts';
import { CHANNELS, type Picture, type PictureSize } from './picture.ts';

/** A bitmap at another size, as RGB: transparency is laid on white. */
export async function pictureOf(bitmap: ImageBitmap, { width, height }: PictureSize): Promise<Picture> {
  const resized = await createImageBitmap(bitmap, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
  const { context } = createCanvas({ width, height });
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(resized, 0, 0);
  resized.close();
  const { data: rgba } = context.getImageData(0, 0, width, height);
  const data = new Uint8Array(CHANNELS * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.set(rgba.subarray(4 * pixel, 4 * pixel + CHANNELS), CHANNELS * pixel);
  }
  return { width, height, data };
}

/**
 * A picture as a JPEG file.
 * @param quality 0..1
 */
export function encodeJpeg({ width, height, data }: Picture, quality: number): Promise<Blob> {
  const { canvas, context } = createCanvas({ width, height });
  const rgba = new ImageData(width, height);
  rgba.data.fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    rgba.data.set(data.subarray(CHANNELS * pixel, CHANNELS * (pixel + 1)), 4 * pixel);
  }
  context.putImageData(rgba, 0, 0);
  return canvas.convertToBlob({ type: 'image/jpeg', quality });
}
