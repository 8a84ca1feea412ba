import type { PictureSize, Region } from './picture.ts';
import type { Raster, Samples } from './raster.ts';

/** A canvas off the page, with its context. */
export interface Canvas {
  readonly canvas: OffscreenCanvas;
  readonly context: OffscreenCanvasRenderingContext2D;
}

/**
 * An sRGB canvas whose pixels are read and written in the processor's memory.
 * @throws if the browser has no room for one of this size
 */
export function createCanvas({ width, height }: PictureSize): Canvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { colorSpace: 'srgb', willReadFrequently: true });
  if (!context) throw new Error(`Expected room for a canvas of ${width}×${height} pixels but the browser has none`);
  return { canvas, context };
}

/** Rows that go between a canvas and a raster at a time. */
const rowsAtOnce = 256;

/** The regions of a picture from its top to its bottom. */
export function strips({ width, height }: PictureSize): readonly Region[] {
  return Array.from({ length: Math.ceil(height / rowsAtOnce) }, (_, index) => {
    const top = index * rowsAtOnce;
    return { left: 0, top, width, height: Math.min(rowsAtOnce, height - top) };
  });
}

/** The samples of an RGBA raster of 8 bits as a canvas takes them; not copied. */
export function imageData({ buffer, byteOffset, length }: Samples, { width, height }: PictureSize): ImageData {
  if (!(buffer instanceof ArrayBuffer)) throw new Error('Expected samples that are not shared between threads');
  return new ImageData(new Uint8ClampedArray(buffer, byteOffset, length), width, height);
}

/**
 * A region of an RGBA raster as a bitmap to show.
 * @param scale its size to that of the region
 */
export async function bitmapOf(raster: Raster, region: Region, scale: number): Promise<ImageBitmap> {
  const samples = await raster.read(region);
  const size = {
    resizeWidth: Math.max(1, Math.round(region.width * scale)),
    resizeHeight: Math.max(1, Math.round(region.height * scale)),
  };
  return createImageBitmap(imageData(samples, region), { ...size, resizeQuality: 'high' });
}
