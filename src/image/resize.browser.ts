import { imageData } from './canvas.browser.ts';
import { rasterOf } from './decode.browser.ts';
import type { PictureSize } from './picture.ts';
import type { Raster } from './raster.ts';

/**
 * A raster in memory at another size, with the browser's best scaling.
 * @param raster RGBA of 8 bits
 * @throws if the browser has no room for one of this size
 */
export async function resizeRaster(raster: Raster, { width, height }: PictureSize): Promise<Raster> {
  const samples = await raster.read({ left: 0, top: 0, width: raster.width, height: raster.height });
  const bitmap = await createImageBitmap(imageData(samples, raster), {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: 'high',
  });
  try {
    return await rasterOf(bitmap);
  } finally {
    bitmap.close();
  }
}
