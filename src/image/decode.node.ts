import type { Stats } from 'node:fs';
import { access, constants, readFile, stat } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { type Crop, cropPicture } from './crop.ts';
import {
  defaultPixelLimit,
  type Picture,
  type PictureSize,
  type Region,
  sizeWithin,
  sizeWithShortSide,
} from './picture.ts';

// libvips would keep the last pictures for operations that are not asked for twice.
sharp.cache(false);

const READABLE_FORMATS: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'heif', 'tiff', 'gif']);
const READABLE_NAMES = 'JPEG, PNG, WebP, AVIF, TIFF or GIF';

/** The versions of the libraries that decode: others may read files that these cannot, or in other pixels. */
export const decoderVersion = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`;

/** A file that cannot be read as a picture: missing, not a picture, truncated or damaged. */
export class PictureError extends Error {
  /**
   * @param path the file
   * @param sentence what was expected and what came, with the path
   * @param options its cause: the file system's error, which has a code, where it is that and not the content that was in the
   * way; otherwise what the library says
   */
  constructor(
    readonly path: string,
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(sentence, options);
    this.name = 'PictureError';
  }
}

/** A picture of more pixels than may be decoded: its header says so, nothing of it has been decoded. */
export class PixelLimitError extends PictureError {
  /** How many pixels the header announces. */
  readonly pixels: number;

  /** @param limit how many it may have */
  constructor(path: string, { width, height }: PictureSize, limit: number) {
    super(
      path,
      `Expected a picture of at most ${limit / 1e6} megapixels in ${path} but its header announces ${width}×${height} pixels`,
    );
    this.name = 'PixelLimitError';
    this.pixels = width * height;
  }
}

/** A picture file that has been read but not decoded. */
export interface PictureFile {
  /** Where it came from. */
  readonly path: string;
  /** All of it, at least one byte. */
  readonly bytes: Uint8Array;
  /** When it was last written, in milliseconds since 1970 with their fraction, as found before the bytes were read. */
  readonly modified: number;
}

/**
 * Reads a picture file whole, for several uses of its bytes.
 * @throws PictureError if the file is missing, a folder, empty or cannot be read; its cause is the system's error, if any
 * @throws the system's error if it lets no more files be opened, which is no fault of the file's
 */
export async function readPictureFile(path: string): Promise<PictureFile> {
  const { mtimeMs } = await requireFilledFile(path);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EMFILE' || error.code === 'ENFILE') throw error;
    throw new PictureError(path, `Expected a picture file at ${path} but ${error.message}`, { cause: error });
  });
  // It may have been emptied since.
  if (bytes.length === 0) throw emptyFile(path);
  return { path, bytes, modified: mtimeMs };
}

/**
 * The size of a picture, read from its header: orientation applied, the first frame of an animation.
 * @param source the file's path, or the file that was read from it
 * @throws PictureError if the file is missing, a folder, empty, not a picture, or one of more pixels than
 * defaultPixelLimit; damaged pixels go unnoticed
 * @throws the system's error as readPictureFile does
 */
export async function pictureSize(source: string | PictureFile): Promise<PictureSize> {
  const file = await openFile(source);
  return uprightSize(await readHeader(openPicture(file.bytes), file.path));
}

/**
 * Decodes a picture file at its own size: JPEG, PNG, WebP, AVIF, TIFF or GIF (first frame of an animation, first page).
 * The EXIF orientation is applied, an embedded colour profile and CMYK are converted to sRGB, grey is spread to three
 * channels, 16 bits are scaled to 8 and transparency is laid on white.
 * @param source the file's path, or all of its bytes
 * @param pixelLimit how many pixels it may have
 * @throws PictureError if the file is missing, a folder, empty, not a picture, truncated or damaged
 * @throws PixelLimitError, before any pixel is decoded, if the header announces more than the limit
 * @throws the system's error if it lets no more files be opened
 */
export async function decodePicture(source: string | Uint8Array, pixelLimit = defaultPixelLimit): Promise<Picture> {
  return decodeAt(source instanceof Uint8Array ? givenFile(source) : source, (size) => size, { pixelLimit });
}

function givenFile(bytes: Uint8Array): PictureFile {
  const path = 'the bytes';
  if (bytes.length === 0) throw emptyFile(path);
  return { path, bytes, modified: Date.now() };
}

/**
 * Decodes a picture file as decodePicture does, resized (Lanczos; enlarged where it is smaller) so that its short side
 * is `shortSide` pixels, proportions kept.
 * @param region the part of the picture that is wanted, as if it were all of it; by default all of it
 * @throws PictureError as decodePicture does, and if the region is not in the picture
 */
export async function decodeResized(
  source: string | PictureFile,
  { shortSide, region }: { readonly shortSide: number; readonly region?: Region | undefined },
): Promise<Picture> {
  return decodeAt(source, (size) => sizeWithShortSide(size, shortSide), { region });
}

/**
 * Decodes a picture file as decodePicture does, reduced (Lanczos) to a long side of at most `longSide` pixels.
 * @param region as of decodeResized
 * @throws PictureError as decodeResized does
 */
export async function decodeWithin(
  source: string | PictureFile,
  { longSide, region }: { readonly longSide: number; readonly region?: Region | undefined },
): Promise<Picture> {
  return decodeAt(source, (size) => sizeWithin(size, longSide), { region });
}

/**
 * Decodes a picture file as decodePicture does, resized (Lanczos) and cut to a square.
 * Whether the file is found damaged depends on the file alone, never on the crop: all of it is always decoded.
 * @throws PictureError as decodePicture does
 */
export async function decodeCrop(source: string | PictureFile, crop: Crop): Promise<Picture> {
  // Were sharp to cut, it would stop reading below the window and a truncated file would fail for some crops only.
  return cropPicture(await decodeAt(source, () => crop.resized), crop.window);
}

async function decodeAt(
  source: string | PictureFile,
  targetSize: (size: PictureSize) => PictureSize,
  { region, pixelLimit }: { readonly region?: Region | undefined; readonly pixelLimit?: number } = {},
): Promise<Picture> {
  const file = await openFile(source);
  const header = await readHeader(openPicture(file.bytes), file.path, pixelLimit);
  if (region) requireInside(region, uprightSize(header), file.path);
  const { width, height } = targetSize(region ?? uprightSize(header));
  const opened = openPicture(file.bytes);
  const part = region ? opened.extract({ ...region }) : opened;
  const pipeline = toSrgb(flatten(part), header).resize({ width, height, fit: 'fill' });
  try {
    const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    throw damagedPicture(file.path, error);
  }
}

function requireInside({ left, top, width, height }: Region, size: PictureSize, path: string): void {
  if (left >= 0 && top >= 0 && left + width <= size.width && top + height <= size.height) return;
  throw new PictureError(
    path,
    `Expected a picture in ${path} with ${width}×${height} pixels at (${left}, ${top}) but it has ${size.width}×${size.height}: ` +
      'it is another one than the part was chosen from',
  );
}

/**
 * What is said of a file whose header could be read but not its pixels. What the library says is its cause only: libvips keeps
 * its messages in one place for all pictures under way, so that they may be another's, or gone.
 */
export function damagedPicture(path: string, cause: unknown): PictureError {
  return new PictureError(
    path,
    `Expected a complete picture in ${path} but its pixels cannot be decoded: the file is truncated or damaged`,
    { cause },
  );
}

async function openFile(source: string | PictureFile): Promise<PictureFile> {
  if (typeof source === 'string') return readPictureFile(source);
  if (source?.bytes instanceof Uint8Array) return source;
  throw new Error(`Expected the path of a picture or its bytes (a Uint8Array) but received ${typeof source}`);
}

/**
 * The header of an opened picture.
 * @throws PictureError if it is no picture, or of a format that is not read; PixelLimitError if it has too many pixels
 */
export async function readHeader(picture: Sharp, path: string, pixelLimit = defaultPixelLimit): Promise<Metadata> {
  const header = await picture.metadata().catch((cause: unknown) => {
    throw new PictureError(
      path,
      `Expected a ${READABLE_NAMES} picture in ${path} but its content is none of these, or cut off`,
      { cause },
    );
  });
  if (!READABLE_FORMATS.has(header.format)) {
    throw new PictureError(path, `Expected a ${READABLE_NAMES} picture in ${path} but its content is ${header.format}`);
  }
  if (header.compression === 'hevc') {
    throw new PictureError(
      path,
      `Expected a ${READABLE_NAMES} picture in ${path} but it is a HEIC photograph, which cannot be read here: convert it to JPEG`,
    );
  }
  const size = uprightSize(header);
  if (size.width * size.height > pixelLimit) throw new PixelLimitError(path, size, pixelLimit);
  return header;
}

/**
 * The state of a file that is there, has content and may be read.
 * @throws PictureError if not; its cause is the system's error, if any
 */
export async function requireFilledFile(path: string): Promise<Stats> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new PictureError(path, `Expected a picture file at ${path} but ${reason}`, { cause: error });
  });
  if (!found.isFile()) {
    const kind = found.isDirectory() ? 'a folder' : 'not a regular file';
    throw new PictureError(path, `Expected a picture file at ${path} but it is ${kind}`);
  }
  if (found.size === 0) throw emptyFile(path);
  await access(path, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw new PictureError(path, `Expected a picture file at ${path} but ${error.message}`, { cause: error });
  });
  return found;
}

function emptyFile(path: string): PictureError {
  return new PictureError(path, `Expected a picture file at ${path} but it is empty`);
}

/** Opens a picture, upright; nothing is read yet of a file that is given by its path. */
export function openPicture(source: string | Uint8Array): Sharp {
  // 'error' includes truncation but lets pass the harmless warnings that many cameras' files give.
  // The limit is that of readHeader, whose error tells the size.
  return sharp(source, { autoOrient: true, failOn: 'error', limitInputPixels: false });
}

/** Lays transparency on white, or on black. */
export function flatten(pipeline: Sharp, background: 'white' | 'black' = 'white'): Sharp {
  return pipeline.flatten({ background });
}

/** A pipeline whose colours are sRGB of 8 bits at the end, without a profile. */
export function toSrgb(pipeline: Sharp, header: Metadata): Sharp {
  const converted = pipeline.toColourspace('srgb');
  // sharp converts the profile of a 16-bit RGB file to Display P3 and leaves it there: the last step is asked for here.
  return header.space === 'rgb16' && header.hasProfile
    ? converted.withIccProfile('srgb', { attach: false })
    : converted;
}

/** Width and height as the picture is seen. */
export function uprightSize({ autoOrient }: Metadata): PictureSize {
  return { width: autoOrient.width, height: autoOrient.height };
}
