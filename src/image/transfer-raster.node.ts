import { rm, writeFile } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { systemError } from '../files/system-error.node.ts';
import {
  damagedPicture,
  flatten,
  openPicture,
  PictureError,
  readHeader,
  requireFilledFile,
  toSrgb,
  uprightSize,
} from './decode.node.ts';
import { type EncodeStreamOptions, encodeStream, keepsSixteenBits } from './encode.node.ts';
import type { PictureSize } from './picture.ts';
import { openRasterFile, type RasterFile } from './raster-file.node.ts';

/** What is kept of a picture file besides eight bits of red, green and blue; and how large it may be. */
export interface DecodeRasterOptions {
  /** 16 bits a sample, where the file has them. */
  readonly sixteenBits: boolean;
  /** Transparency, where the file has it; otherwise it is laid on the background. */
  readonly alpha: boolean;
  /** White by default. */
  readonly background?: 'white' | 'black' | undefined;
  /** EXIF (its orientation applied) and the colour profile. */
  readonly metadata: boolean;
  /** How many pixels it may have. */
  readonly pixelLimit?: number | undefined;
}

/** A picture file as a raster. */
export interface DecodedRaster {
  readonly raster: RasterFile;
  /** The colour profile of the file, if it is to be kept and there is one: the raster's colours are sRGB all the same. */
  readonly profile: Uint8Array | undefined;
}

/**
 * Decodes a picture file, row by row, into a raster file; formats, colours and damage as decodePicture.
 * @param rasterPath the file to write, its name ending in .v
 * @param targetSize the raster's size (Lanczos), given that of the picture
 * @throws PictureError as decodePicture does, or if the samples are of a kind that has no range of colours, such as 32 bits
 * @throws what targetSize throws, before anything is decoded
 */
export async function decodeToRaster(
  path: string,
  rasterPath: string,
  targetSize: (size: PictureSize) => PictureSize,
  options: DecodeRasterOptions,
): Promise<DecodedRaster> {
  await requireFilledFile(path);
  const header = await readHeader(openPicture(path), path, options.pixelLimit);
  const { width, height } = targetSize(uprightSize(header));
  const opened = options.alpha && header.hasAlpha ? openPicture(path) : flatten(openPicture(path), options.background);
  const converted =
    options.sixteenBits && header.depth === 'ushort' ? toDeepSrgb(opened, header) : toSrgb(opened, header);
  const resized = converted.resize({ width, height, fit: 'fill' });
  const pipeline = options.metadata ? resized.keepExif() : resized;
  await pipeline.toFile(rasterPath).catch((failure: Error) => {
    const error = systemError(failure);
    throw error.code === 'ENOSPC' ? error : damagedPicture(path, error);
  });
  const raster = await openRasterFile(rasterPath).catch((cause: Error) => {
    throw new PictureError(
      path,
      `Expected a picture of 8 or 16 bits a channel in ${path} but its samples are ${header.depth}, of another range; convert it first`,
      { cause },
    );
  });
  return { raster, profile: options.metadata && isOfColours(header.icc) ? header.icc : undefined };
}

/** Whether a colour profile is one of red, green and blue (ICC.1:2022, 7.2.8): one of grey or of inks cannot hold a painting. */
function isOfColours(profile: Buffer | undefined): boolean {
  return profile?.toString('latin1', 16, 20) === 'RGB ';
}

/** How a raster becomes a picture file. */
export interface EncodeRasterOptions extends EncodeStreamOptions {
  /** Whether the metadata that the raster carries are written. */
  readonly metadata: boolean;
  /** A colour profile to convert to and to embed. */
  readonly profile?: Uint8Array | undefined;
}

/**
 * Writes a raster file as a picture, whole or not at all; of 16 bits if the raster and the format have them.
 * @throws as encodePicture does
 */
export async function encodeRaster(
  { path, depth }: Pick<RasterFile, 'path' | 'depth'>,
  output: string,
  { profile, metadata, ...options }: EncodeRasterOptions,
): Promise<void> {
  const opened = openRaster(path, keepsSixteenBits(output) ? depth : 8);
  const picture = metadata ? opened.keepExif() : opened;
  if (!profile) {
    const { hasProfile } = await opened.metadata();
    return encodeStream(hasProfile ? picture.withIccProfile('srgb', { attach: false }) : picture, output, options);
  }
  const profilePath = `${path}.icc`;
  await writeFile(profilePath, profile);
  try {
    await encodeStream(picture.withIccProfile(profilePath), output, options);
  } finally {
    await rm(profilePath, { force: true });
  }
}

/** A copy of a raster file at another size (Lanczos). */
export async function resizeRaster(
  { path, depth }: Pick<RasterFile, 'path' | 'depth'>,
  resizedPath: string,
  { width, height }: PictureSize,
): Promise<RasterFile> {
  const opened = openRaster(path, depth);
  const { hasProfile } = await opened.metadata();
  const resized = opened.resize({ width, height, fit: 'fill' });
  await (hasProfile ? resized.withIccProfile('srgb') : resized).toFile(resizedPath);
  return openRasterFile(resizedPath);
}

function openRaster(path: string, depth: 8 | 16): Sharp {
  const opened = sharp(path, { limitInputPixels: false, sequentialRead: true });
  return opened.toColourspace(depth === 8 ? 'srgb' : 'rgb16');
}

/**
 * sRGB of 16 bits. Where the file has a profile, that of sRGB stays with the raster: sharp takes 16 bits without any for
 * Display P3 as soon as it converts them.
 */
function toDeepSrgb(pipeline: Sharp, { hasProfile }: Metadata): Sharp {
  const deep = pipeline.toColourspace('rgb16');
  return hasProfile ? deep.withIccProfile('srgb') : deep;
}
