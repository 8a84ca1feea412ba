import { extname } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { systemError } from '../files/system-error.node.ts';
import { replaceFile, writeWholeFile } from '../files/write-file.node.ts';
import { originXmp } from './origin.node.ts';
import { CHANNELS, type Picture, type PictureSize } from './picture.ts';

/** How a picture is written. */
export interface EncodeOptions {
  /** 1 to 100, for JPEG, WebP and AVIF; the default is a quality at which no loss is seen. PNG and TIFF are lossless. */
  readonly quality?: number | undefined;
}

type Encoder = (picture: Sharp, quality: number | undefined) => Sharp;

// Full chroma resolution: stylized pictures have saturated strokes a pixel wide.
const jpeg: Encoder = (picture, quality = 92) => picture.jpeg({ quality, chromaSubsampling: '4:4:4' });
// Optimised Huffman tables take a second pass over all coefficients, held in memory: six bytes a pixel and more.
const streamedJpeg: Encoder = (picture, quality = 92) =>
  picture.jpeg({ quality, chromaSubsampling: '4:4:4', optimiseCoding: false });
const webp: Encoder = (picture, quality = 92) => picture.webp({ quality, smartSubsample: true });
const avif: Encoder = (picture, quality = 80) => picture.avif({ quality, chromaSubsampling: '4:4:4' });
const png: Encoder = (picture) => picture.png();
const tiff: Encoder = (picture) => picture.tiff({ compression: 'lzw' });

const ENCODERS: ReadonlyMap<string, Encoder> = new Map([
  ['.png', png],
  ['.jpg', jpeg],
  ['.jpeg', jpeg],
  ['.webp', webp],
  ['.avif', avif],
  ['.tif', tiff],
  ['.tiff', tiff],
]);

/**
 * Writes a picture in the format that the path's extension names: .png, .jpg, .jpeg, .webp, .avif, .tif or .tiff.
 * The file appears complete or not at all: it is written under a temporary name in the same folder, then renamed.
 * @throws if the extension is another one, the quality is not 1 to 100, or the folder is missing or cannot be written
 */
export async function encodePicture(picture: Picture, path: string, options: EncodeOptions = {}): Promise<void> {
  await writePictureFile(path, await encodeBytes(picture, path, options));
}

/**
 * The bytes of a picture in the format that a path's extension names, as encodePicture writes them.
 * @throws if the extension is not one of those, or the quality is not 1 to 100
 */
export async function encodeBytes(
  picture: Picture,
  path: string,
  { quality }: EncodeOptions = {},
): Promise<Uint8Array> {
  const encode = encoderFor(path);
  requireQuality(quality);
  return encode(rawPicture(picture), quality).toBuffer();
}

/** How a picture is written that comes out of a pipeline. */
export interface EncodeStreamOptions extends EncodeOptions {
  /** What the picture was made from, in letters and digits; the file keeps it, readOrigin finds it. */
  readonly origin?: string | undefined;
}

/**
 * Writes a picture as encodePicture does, out of a pipeline of sharp: row by row where the format allows it.
 * @throws as encodePicture does
 */
export async function encodeStream(
  picture: Sharp,
  path: string,
  { quality, origin }: EncodeStreamOptions,
): Promise<void> {
  const encoder = encoderFor(path);
  requireQuality(quality);
  const encode = encoder === jpeg ? streamedJpeg : encoder;
  const named = origin === undefined ? picture : picture.withXmp(originXmp(origin));
  await replaceFile(path, async (unfinished) => {
    await encode(named, quality).toFile(unfinished);
  }).catch((failure: Error) => {
    throw unwritable(path, failure);
  });
}

/** @throws if a quality is given that is none */
export function requireQuality(quality: number | undefined): void {
  if (quality !== undefined && !(Number.isInteger(quality) && quality >= 1 && quality <= 100)) {
    throw new Error(`Expected a picture quality from 1 to 100 but received ${quality}`);
  }
}

/**
 * Writes the bytes of an encoded picture, whole or not at all.
 * @throws if the folder is missing or cannot be written
 */
export async function writePictureFile(path: string, encoded: Uint8Array): Promise<void> {
  await writeWholeFile(path, encoded).catch((error: Error) => {
    throw unwritable(path, error);
  });
}

/**
 * A small copy of a picture as a data URL (JPEG, at most 160 pixels on the long side, some 6 kB), to be kept inside other
 * files.
 */
export async function encodeThumbnail(picture: Picture): Promise<string> {
  const small = rawPicture(picture).resize(160, 160, { fit: 'inside', withoutEnlargement: true });
  return jpegDataUrl(small.jpeg({ quality: 75, mozjpeg: true }));
}

/** A picture as a data URL (JPEG), to be kept inside a page. */
export async function encodeDataUrl(picture: Picture): Promise<string> {
  return jpegDataUrl(jpeg(rawPicture(picture), 80));
}

async function jpegDataUrl(encoded: Sharp): Promise<string> {
  return `data:image/jpeg;base64,${(await encoded.toBuffer()).toString('base64')}`;
}

function rawPicture({ width, height, data }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: CHANNELS } });
}

/** Whether a format keeps samples of 16 bits. */
export function keepsSixteenBits(path: string): boolean {
  const encoder = ENCODERS.get(extname(path).toLowerCase());
  return encoder === png || encoder === tiff;
}

/** Whether a format keeps transparency. */
export function keepsAlpha(path: string): boolean {
  return ENCODERS.get(extname(path).toLowerCase()) !== jpeg;
}

/** The extensions of the formats that are written. */
export const writableFormats: readonly string[] = [...ENCODERS.keys()];

/** Whether a format has a quality to choose: PNG and TIFF lose nothing. */
export function hasQuality(path: string): boolean {
  const encoder = ENCODERS.get(extname(path).toLowerCase());
  return encoder === jpeg || encoder === webp || encoder === avif;
}

/** Whether encodePicture writes the format that a path's extension names. */
export function isWritableFormat(path: string): boolean {
  return ENCODERS.has(extname(path).toLowerCase());
}

/** The longest side that a format's files can have. */
const longestSides: ReadonlyMap<Encoder, number> = new Map([
  [jpeg, 65_535],
  [webp, 16_383],
  [avif, 16_384],
]);

/**
 * Checks that a picture's format has room for its size, before any work is done for it.
 * @throws if the path's extension is none of those that are written, or the size is too large for it
 */
export function requireFittingFormat(path: string, { width, height }: PictureSize): void {
  const longest = longestSides.get(encoderFor(path)) ?? Number.POSITIVE_INFINITY;
  if (Math.max(width, height) <= longest) return;
  throw new Error(
    `Expected a picture of at most ${longest} pixels a side for ${path} but it would have ${width}×${height}; ` +
      'write a .png or .tif, or reduce it with --max-size',
  );
}

function encoderFor(path: string): Encoder {
  const extension = extname(path).toLowerCase();
  const encode = ENCODERS.get(extension);
  if (encode === undefined) {
    const came = extension === '' ? 'no extension' : `"${extension}"`;
    throw new Error(`Expected a picture's path to end in ${[...ENCODERS.keys()].join(', ')} but ${path} has ${came}`);
  }
  return encode;
}

/** What is said of a picture that cannot be written. */
export function unwritable(path: string, failure: Error): Error {
  const error = systemError(failure);
  return new Error(`Expected to write a picture to ${path} but ${writeReason(error)}`, { cause: error });
}

function writeReason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'its folder does not exist';
    case 'ENAMETOOLONG':
      return 'its name is longer than the system allows';
    case 'ENOTDIR':
      return 'a part of its path is a file, not a folder';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'its folder cannot be written to (no permission)';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    default:
      return error.message;
  }
}
