import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isSameFile } from '../files/same-file.node.ts';
import { systemErrorCode } from '../files/system-error.node.ts';
import { unfinishedPath } from '../files/write-file.node.ts';
import {
  keepsAlpha,
  keepsSixteenBits,
  requireFittingFormat,
  requireQuality,
  unwritable,
} from '../image/encode.node.ts';
import { haveSameProportions, type PictureSize, sizeWithin } from '../image/picture.ts';
import { planesOf } from '../image/raster.ts';
import { createRasterFileLike, type RasterFile } from '../image/raster-file.node.ts';
import { decodeToRaster, encodeRaster, resizeRaster } from '../image/transfer-raster.node.ts';
import { lumaOf } from './controls.ts';
import { paintWithStrokes, type RasterMaker } from './paint-strokes.ts';
import type { Stylizer } from './stylizer.ts';
import type { MixOptions } from './tiles/mix.ts';
import type { PaintOptions } from './tiles/painter.ts';

/** How a picture file is painted and written. */
export interface StylizeFileOptions extends Omit<PaintOptions, 'mask'> {
  /**
   * A picture that says what is painted: all where it is white, nothing where it is black or
   * transparent. Of the picture's proportions.
   */
  readonly mask?: string | undefined;
  /** The long side in pixels that a larger picture is reduced to. */
  readonly maxSize?: number | undefined;
  /** The strokes have the size that they have on a picture with a long side of so many pixels. */
  readonly strokeSize?: number | undefined;
  /** 1 to 100, for JPEG, WebP and AVIF. */
  readonly quality?: number | undefined;
  /** Whether EXIF and the colour profile are kept. */
  readonly keepMetadata?: boolean | undefined;
  /** How many pixels the input may have: 200 million by default. */
  readonly pixelLimit?: number | undefined;
  /** What the file that is written names as its origin, in letters and digits. */
  readonly origin?: string | undefined;
}

/**
 * Paints a picture file into another one: of any size in the memory of a tile, since both are kept uncompressed in a
 * folder beside the output meanwhile. 16 bits and transparency are kept where both formats have them.
 * @param output the file to write; its extension decides the format; its folder must exist
 * @throws one sentence: an option is out of its range, the input cannot be read, the mask has other proportions, the model cannot be run on it, the output
 * cannot be written, is the input itself, or is of a format that has no room for so large a picture
 * @throws the signal's reason if it is aborted; nothing is left behind
 */
export async function stylizeFile(
  stylizer: Stylizer,
  input: string,
  output: string,
  options: StylizeFileOptions = {},
): Promise<void> {
  requireSide('maxSize', options.maxSize);
  requireSide('strokeSize', options.strokeSize);
  requireQuality(options.quality);
  await requireInputKept(input, output);
  const folder = unfinishedPath(output);
  await mkdir(folder).catch((error: Error) => {
    throw unwritable(output, error);
  });
  const rasters = new RasterFolder(folder);
  try {
    const kept = {
      sixteenBits: keepsSixteenBits(output),
      alpha: keepsAlpha(output),
      metadata: options.keepMetadata ?? false,
      pixelLimit: options.pixelLimit,
    };
    const targetSize = (size: PictureSize) => {
      const target = options.maxSize === undefined ? size : sizeWithin(size, options.maxSize);
      requireFittingFormat(output, target);
      return target;
    };
    const { raster, profile } = await decodeToRaster(input, rasters.nextPath(), targetSize, kept);
    const photograph = rasters.keep(raster);
    const painted = await paintPhotograph(stylizer, photograph, rasters, options);
    await encodeRaster(painted, output, { ...options, metadata: kept.metadata, profile });
  } catch (error) {
    throw isDiskFull(error) ? noRoom(input, dirname(output), error) : error;
  } finally {
    await rasters.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function requireSide(name: string, pixels: number | undefined): void {
  if (pixels === undefined || (Number.isInteger(pixels) && pixels >= 1)) return;
  throw new Error(`Expected a whole number of pixels for ${name} but received ${pixels}`);
}

/** @throws if the output is the input */
async function requireInputKept(input: string, output: string): Promise<void> {
  if (!(await isSameFile(input, output))) return;
  throw new Error(`Expected another output than the input: ${input} would be overwritten`);
}

/** The raster files of one painting, in their folder. */
class RasterFolder implements RasterMaker<RasterFile> {
  readonly #open: RasterFile[] = [];
  #count = 0;

  constructor(readonly folder: string) {}

  nextPath(): string {
    this.#count += 1;
    return join(this.folder, `${this.#count}.v`);
  }

  /** Sees to it that a raster is closed in the end. */
  keep(raster: RasterFile): RasterFile {
    this.#open.push(raster);
    return raster;
  }

  async emptyLike(raster: RasterFile): Promise<RasterFile> {
    return this.keep(await createRasterFileLike(raster, this.nextPath()));
  }

  async resized(raster: RasterFile, size: PictureSize): Promise<RasterFile> {
    return this.keep(await resizeRaster(raster, this.nextPath(), size));
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((raster) => raster.close()));
  }
}

async function paintPhotograph(
  stylizer: Stylizer,
  photograph: RasterFile,
  rasters: RasterFolder,
  options: StylizeFileOptions,
): Promise<RasterFile> {
  const { tile, strength, keepColors, onProgress, signal, strokeSize } = options;
  const mask = options.mask === undefined ? undefined : await openMask(options.mask, photograph, rasters);
  const target = await rasters.emptyLike(photograph);
  const paintOptions = { tile, strength, keepColors, mask, onProgress, signal };
  if (strokeSize === undefined) await stylizer.paint(photograph, target, paintOptions);
  else await paintWithStrokes(stylizer, { source: photograph, target }, strokeSize, rasters, paintOptions);
  return target;
}

async function openMask(path: string, size: PictureSize, rasters: RasterFolder): Promise<MixOptions['mask']> {
  const plain = { sixteenBits: false, alpha: false, background: 'black', metadata: false } as const;
  const fittingSize = (maskSize: PictureSize) => {
    requireSameProportions(path, maskSize, size);
    return size;
  };
  const { raster } = await decodeToRaster(path, rasters.nextPath(), fittingSize, plain);
  const mask = rasters.keep(raster);
  return async (region) => lumaOf(planesOf(await mask.read(region), mask)).map((luma) => luma / 255);
}

function requireSameProportions(path: string, mask: PictureSize, picture: PictureSize): void {
  if (haveSameProportions(mask, picture)) return;
  throw new Error(
    `Expected a mask of the proportions of the picture, which has ${picture.width}×${picture.height} pixels, but ${path} has ` +
      `${mask.width}×${mask.height}; crop it, or give another one`,
  );
}

function isDiskFull(error: unknown): error is Error {
  return error instanceof Error && systemErrorCode(error) === 'ENOSPC';
}

function noRoom(input: string, folder: string, cause: Error): Error {
  return new Error(`Expected room for uncompressed copies of ${input} in ${folder} but the disk is full`, { cause });
}
