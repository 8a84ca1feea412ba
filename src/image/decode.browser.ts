import { createCanvas, strips } from './canvas.browser.ts';
import type { PictureSize } from './picture.ts';
import { headerLength, isHeic, type PictureHeader, readPictureHeader } from './picture-header.ts';
import { memoryRaster, type Raster } from './raster.ts';

/** How many pixels a picture may have. */
export interface PixelLimits {
  /** To be kept at its own size; larger ones are reduced to this. */
  readonly kept: number;
  /** To be decoded at all. */
  readonly decoded: number;
}

/** A picture file as a raster. */
export interface DecodedPicture {
  /** RGBA of 8 bits, in memory. */
  readonly raster: Raster;
  /** The size of the picture file, orientation applied; that of the raster unless it was reduced. */
  readonly originalSize: PictureSize;
}

/**
 * Decodes a picture file with the browser's decoders: JPEG, PNG, WebP, AVIF or GIF (its first frame). The orientation is
 * applied and colours are converted to sRGB.
 * @throws one sentence, before anything is decoded, if this is none of those formats or has too many pixels; and if it is
 * damaged
 */
export async function decodePicture(file: Blob, limits: PixelLimits): Promise<DecodedPicture> {
  const bitmap = await decodeBitmap(file, limits.decoded);
  const originalSize = { width: bitmap.width, height: bitmap.height };
  const scale = Math.sqrt(limits.kept / (bitmap.width * bitmap.height));
  const kept = scale < 1 ? await reduce(bitmap, scale) : bitmap;
  try {
    return { raster: await rasterOf(kept), originalSize };
  } finally {
    kept.close();
  }
}

/**
 * Decodes a picture file as decodePicture does, at its own size.
 * @param pixelLimit how many pixels it may have
 * @throws as decodePicture does
 */
export async function decodeBitmap(file: Blob, pixelLimit: number): Promise<ImageBitmap> {
  await requireHeader(file, pixelLimit);
  return createImageBitmap(file, decoding).catch(() => {
    throw new Error('Expected a picture but the browser could not decode this file: it is damaged or cut short.');
  });
}

const decoding: ImageBitmapOptions = {
  imageOrientation: 'from-image',
  colorSpaceConversion: 'default',
  premultiplyAlpha: 'none',
};

/**
 * Reads a picture file's header.
 * @param limit how many pixels it may have
 * @throws one sentence if the file is no picture of a format that browsers read, or has too many pixels
 */
export async function requireHeader(file: Blob, limit: number): Promise<PictureHeader> {
  const bytes = new Uint8Array(await file.slice(0, headerLength).arrayBuffer());
  const header = readPictureHeader(bytes);
  if (!header) {
    const found = isHeic(bytes)
      ? 'it is a HEIC photograph, which cannot be read here. Convert it to JPEG first.'
      : 'this file is none of these.';
    throw new Error(`Expected a picture (JPEG, PNG, WebP, AVIF or GIF) but ${found}`);
  }
  const { width, height } = header;
  if (width * height > limit) {
    throw new Error(
      `Expected a picture of at most ${Math.floor(limit / 1e6)} megapixels, since larger ones do not fit this device's ` +
        `memory, but this one has ${width} × ${height} pixels. Reduce it first.`,
    );
  }
  return header;
}

async function reduce(bitmap: ImageBitmap, scale: number): Promise<ImageBitmap> {
  const reduced = await createImageBitmap(bitmap, {
    resizeWidth: Math.max(1, Math.floor(bitmap.width * scale)),
    resizeHeight: Math.max(1, Math.floor(bitmap.height * scale)),
    resizeQuality: 'high',
  });
  bitmap.close();
  return reduced;
}

/** The pixels of a bitmap, strip by strip: no canvas of the whole size is needed. */
export async function rasterOf(bitmap: ImageBitmap): Promise<Raster> {
  const raster = memoryRaster({ width: bitmap.width, height: bitmap.height, channels: 4, depth: 8 });
  for (const strip of strips(raster)) {
    const { context } = createCanvas(strip);
    context.drawImage(bitmap, 0, -strip.top);
    const { data } = context.getImageData(0, 0, strip.width, strip.height);
    await raster.write(strip, new Uint8Array(data.buffer));
  }
  return raster;
}
