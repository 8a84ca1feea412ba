import { decodePicture } from '../image/decode.browser.ts';
import { encodeRaster, type SavedFormat } from '../image/encode.browser.ts';
import { defaultPixelLimit, type Picture } from '../image/picture.ts';
import { memoryRaster } from '../image/raster.ts';

/**
 * Decodes a picture file with the browser's decoders: JPEG, PNG, WebP, AVIF or GIF (its first frame). The orientation is
 * applied, colours are converted to sRGB and transparency is laid on white.
 * @param file such as the one of an input of type `file`, or what `fetch` gives
 * @param pixelLimit how many pixels it may have
 * @throws one sentence: it is none of those formats, has too many pixels (before anything is decoded), or is damaged
 */
export async function readPicture(file: Blob, pixelLimit = defaultPixelLimit): Promise<Picture> {
  const { raster } = await decodePicture(file, { kept: pixelLimit, decoded: pixelLimit });
  const { width, height } = raster;
  const samples = await raster.read({ left: 0, top: 0, width, height });
  const data = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; from < samples.length; from += 4, to += 3) {
    const alpha = (samples[from + 3] ?? 0) / 255;
    for (let channel = 0; channel < 3; channel++) {
      data[to + channel] = Math.round(255 + alpha * ((samples[from + channel] ?? 0) - 255));
    }
  }
  return { width, height, data };
}

/**
 * A picture as a file, to be shown (`URL.createObjectURL`) or saved.
 * @throws if the browser has no room for the picture
 */
export async function writePicture({ width, height, data }: Picture, format: SavedFormat): Promise<Blob> {
  const samples = new Uint8Array(4 * width * height).fill(255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    samples.set(data.subarray(from, from + 3), to);
  }
  return encodeRaster(memoryRaster({ width, height, channels: 4, depth: 8 }, samples), format);
}
