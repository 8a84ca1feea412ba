import sharp, { type Sharp } from 'sharp';
import type { Picture } from '../../src/image/picture.ts';

/** The colour of a pixel, each channel 0..255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** A picture whose pixels are given by a function of their position. */
export function paint(width: number, height: number, colourAt: (x: number, y: number) => Colour): Picture {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colourAt(x, y), 3 * (y * width + x));
  }
  return { width, height, data };
}

/**
 * A smooth picture that no rotation, reflection or exchange of channels leaves alike, in colours that ink can print:
 * red rises to the right, green downwards, blue falls along the diagonal.
 */
export function smoothPicture(width = 96, height = 64): Picture {
  const level = (part: number) => Math.round(90 + 90 * part);
  return paint(width, height, (x, y) => [
    level(x / width),
    level(y / height),
    level(1 - (x / width + (2 * y) / height) / 3),
  ]);
}

/** The same kind of picture in colours as strong as sRGB has them. */
export function vividPicture(width = 96, height = 64): Picture {
  const level = (part: number) => Math.round(255 * part);
  return paint(width, height, (x, y) => [level(x / width), level(y / height), level(1 - x / width)]);
}

/** A picture of one colour. */
export function plainPicture(width: number, height: number, colour: Colour): Picture {
  return paint(width, height, () => colour);
}

/** The picture with a dark frame over so many pixels of each side. */
export function framedPicture(picture: Picture, depth: number): Picture {
  const { width, height } = picture;
  return paint(width, height, (x, y) => {
    const isFrame = Math.min(x, y, width - 1 - x, height - 1 - y) < depth;
    return isFrame ? [40, 30, 20] : colourAt(picture, x, y);
  });
}

/** The picture as input of sharp, to be encoded by the test. */
export function toSharp({ width, height, data }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The picture with 16 bits a channel (255 becomes 65535) as input of sharp. */
export function toSharp16({ width, height, data }: Picture): Sharp {
  const wide = Uint16Array.from(data, (value) => value * 257);
  return sharp(wide, { raw: { width, height, channels: 3 } }).toColourspace('rgb16');
}

/** The colour of the pixel at (x, y). */
export function colourAt({ width, data }: Picture, x: number, y: number): Colour {
  const start = 3 * (y * width + x);
  return [data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0];
}

/** A small JPEG file whose header announces another size: what a decompression bomb looks like before it is decoded. */
export async function announcing(width: number, height: number): Promise<Buffer> {
  const file = await toSharp(smoothPicture()).jpeg().toBuffer();
  const frameHeader = file.indexOf(Buffer.from([0xff, 0xc0]));
  file.writeUInt16BE(height, frameHeader + 5);
  file.writeUInt16BE(width, frameHeader + 7);
  return file;
}

/** A HEIC file of 64×48 pixels, as phones write them: there is no encoder for it here. */
export const heic: Buffer = Buffer.from(
  [
    'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9j',
    'AAAAAERAAAEAAQAAAAABoQABAAAAAAAAADMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/Wlw',
    'cnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AA',
    'AAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAA',
    'QAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWB',
    'AgMFhAAAADttZGF0AAAALygBrxmA94RJf+4QCLZd4AzV4r7Cx2T6TfE8ayuMjO2IeQsP6raDrw7sgeGISPBY',
  ].join(''),
  'base64',
);
