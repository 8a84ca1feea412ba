import { createCanvas, imageData, strips } from './canvas.browser.ts';
import type { Raster } from './raster.ts';

/** The formats that every browser writes. */
export type SavedFormat = 'png' | 'jpeg';

const jpegQuality = 0.92;

/**
 * An RGBA raster as a picture file; transparency is laid on white for JPEG.
 * @throws if the browser has no room for the picture
 */
export async function encodeRaster(raster: Raster, format: SavedFormat): Promise<Blob> {
  const { canvas, context } = createCanvas(raster);
  for (const strip of strips(raster)) {
    context.putImageData(imageData(await raster.read(strip), strip), 0, strip.top);
  }
  if (format === 'jpeg') {
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, raster.width, raster.height);
  }
  return canvas.convertToBlob({ type: `image/${format}`, quality: jpegQuality });
}
