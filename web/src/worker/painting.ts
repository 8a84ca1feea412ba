import { bitmapOf } from '../../../src/image/canvas.browser.ts';
import { decodePicture, rasterOf } from '../../../src/image/decode.browser.ts';
import { encodeRaster, type SavedFormat } from '../../../src/image/encode.browser.ts';
import { type PictureSize, type Region, sizeWithLongSide } from '../../../src/image/picture.ts';
import { memoryRaster, type Raster } from '../../../src/image/raster.ts';
import { resizeRaster } from '../../../src/image/resize.browser.ts';
import { type Controls, fullStyle } from '../../../src/infer/controls.ts';
import { paintWithStrokes, type RasterMaker } from '../../../src/infer/paint-strokes.ts';
import { mixRasters } from '../../../src/infer/tiles/mix.ts';
import {
  type OpenedPicture,
  type PaintingKey,
  type PictureLimits,
  type StyleSource,
  shownScale,
  type TileProgress,
} from './protocol.ts';
import type { Styles } from './styles.ts';

/** The side of a tile in pixels. */
const tileSide = 512;

/** How a painting is watched and stopped. */
export interface Watching {
  readonly onTile: (progress: TileProgress) => void;
  readonly signal: AbortSignal;
}

/** The latest paintings are kept, as long as all of them together have at most so many pixels; two in any case. */
const keptPixels = 40e6;

/** The photograph, and the paintings that were made of it by what they are: at full size, at full strength. */
export class Painting {
  #photograph: Raster | undefined;
  #largestPiece = 0;
  readonly #paintings = new Map<string, Raster>();

  /** @throws as decodePicture does */
  async open(file: Blob, limits: PictureLimits): Promise<OpenedPicture> {
    const { raster, originalSize } = await decodePicture(file, limits);
    this.#photograph = raster;
    this.#largestPiece = limits.piece;
    this.#paintings.clear();
    const isReduced = originalSize.width !== raster.width || originalSize.height !== raster.height;
    return {
      size: { width: raster.width, height: raster.height },
      reducedFrom: isReduced ? originalSize : undefined,
      bitmap: await shown(raster),
    };
  }

  /**
   * Paints the photograph, and shows each tile as it is done; a painting that is kept is only shown.
   * @throws the signal's reason if it is aborted
   */
  async paint(
    styles: Styles,
    style: StyleSource,
    strokeSize: number,
    { onTile, signal }: Watching,
  ): Promise<ImageBitmap> {
    const photograph = required(this.#photograph, 'photograph');
    const name = nameOfPainting({ styleId: style.id, strokeSize });
    const kept = this.#paintings.get(name);
    if (kept) {
      this.#keep(name, kept);
      return shown(kept);
    }
    const brushed = sizeWithLongSide(photograph, strokeSize);
    const tiles = brushed.width * brushed.height > this.#largestPiece;
    const painted = memoryRaster(photograph);
    let tile: Pick<TileProgress, 'region' | 'bitmap'> | undefined;
    const watched = (raster: Raster): Raster => ({
      ...raster,
      write: async (region, samples) => {
        await raster.write(region, samples);
        if (tiles) tile = await shownTile(raster, region, photograph);
        // Only between tasks can the word come through that the painting is to be stopped.
        await nextTask();
      },
    });
    const rasters: RasterMaker<Raster> = {
      emptyLike: async (raster) => watched(memoryRaster(raster)),
      resized: resizeRaster,
    };
    await styles.use(style, { tiles }, (stylizer) => {
      const options = {
        tile: tiles && !stylizer.fixedSize ? tileSide : ('auto' as const),
        signal,
        onProgress: (done: number, total: number) => tile && onTile({ ...tile, done, total }),
      };
      // A model of one size has strokes of one size.
      return stylizer.fixedSize || strokeSize === longSideOf(photograph)
        ? stylizer.paint(photograph, watched(painted), options)
        : paintWithStrokes(stylizer, { source: photograph, target: painted }, strokeSize, rasters, options);
    });
    signal.throwIfAborted();
    this.#keep(name, painted);
    return shown(painted);
  }

  #keep(name: string, painted: Raster): void {
    // The latest is the last in the map's order.
    this.#paintings.delete(name);
    this.#paintings.set(name, painted);
    const pixels = painted.width * painted.height;
    for (const oldest of this.#paintings.keys()) {
      if (this.#paintings.size <= 2 || this.#paintings.size * pixels <= keptPixels) return;
      this.#paintings.delete(oldest);
    }
  }

  #painting(key: PaintingKey): Raster {
    return required(this.#paintings.get(nameOfPainting(key)), 'painting');
  }

  /** The painting in the photograph's colours, at the size at which it is shown. */
  async keepColors(key: PaintingKey): Promise<ImageBitmap> {
    const [source, painted] = await Promise.all([
      shownRaster(required(this.#photograph, 'photograph')),
      shownRaster(this.#painting(key)),
    ]);
    return shown(await mixed(painted, source, { strength: 1, keepColors: true }));
  }

  /** The painting at full size as a file. */
  async save(key: PaintingKey, format: SavedFormat, controls: Controls): Promise<Blob> {
    const photograph = required(this.#photograph, 'photograph');
    const painted = this.#painting(key);
    const isWhole = controls.strength === fullStyle.strength && controls.keepColors === fullStyle.keepColors;
    return encodeRaster(isWhole ? painted : await mixed(painted, photograph, controls), format);
  }
}

/** Paints a picture of the camera. */
export async function paintFrame(
  styles: Styles,
  style: StyleSource,
  bitmap: ImageBitmap,
  controls: Controls,
): Promise<ImageBitmap> {
  const source = await rasterOf(bitmap);
  bitmap.close();
  const target = memoryRaster(source);
  await styles.use(style, { tiles: false }, (stylizer) => stylizer.paint(source, target, controls));
  return bitmapOf(target, whole(target), 1);
}

async function mixed(painted: Raster, source: Raster, controls: Controls): Promise<Raster> {
  const target = memoryRaster(source);
  await mixRasters(painted, { source, target }, controls);
  return target;
}

async function shownRaster(raster: Raster): Promise<Raster> {
  return rasterOf(await shown(raster));
}

function shown(raster: Raster): Promise<ImageBitmap> {
  return bitmapOf(raster, whole(raster), shownScale(raster));
}

/** A painted part where it is seen in the photograph, however large the raster is that was painted. */
async function shownTile(
  raster: Raster,
  { left, top, width, height }: Region,
  photograph: PictureSize,
): Promise<Pick<TileProgress, 'region' | 'bitmap'>> {
  const scale = (shownScale(photograph) * photograph.width) / raster.width;
  const region = { left: left * scale, top: top * scale, width: width * scale, height: height * scale };
  return { region, bitmap: await bitmapOf(raster, { left, top, width, height }, Math.min(1, scale)) };
}

function nameOfPainting({ styleId, strokeSize }: PaintingKey): string {
  return `${strokeSize} ${styleId}`;
}

function longSideOf({ width, height }: PictureSize): number {
  return Math.max(width, height);
}

function whole({ width, height }: PictureSize): Region {
  return { left: 0, top: 0, width, height };
}

function required(raster: Raster | undefined, what: string): Raster {
  if (raster) return raster;
  throw new Error(`Expected a ${what} but there is none`);
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
