import { bitmapOf } from '../../../src/image/canvas.browser.ts';
import { decodePicture, rasterOf } from '../../../src/image/decode.browser.ts';
import { encodeRaster, type SavedFormat } from '../../../src/image/encode.browser.ts';
import type { PictureSize, Region } from '../../../src/image/picture.ts';
import { memoryRaster, type Raster } from '../../../src/image/raster.ts';
import { type Controls, fullStyle } from '../../../src/infer/controls.ts';
import { mixRasters } from '../../../src/infer/tiles/mix.ts';
import { type OpenedPicture, type PictureLimits, type StyleSource, shownScale, type TileProgress } from './protocol.ts';
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

/** The photograph, and the paintings that were made of it by the ids of their styles: at full size, at full strength. */
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
  async paint(styles: Styles, style: StyleSource, { onTile, signal }: Watching): Promise<ImageBitmap> {
    const photograph = required(this.#photograph, 'photograph');
    const kept = this.#paintings.get(style.id);
    if (kept) {
      this.#keep(style.id, kept);
      return shown(kept);
    }
    const tiles = photograph.width * photograph.height > this.#largestPiece;
    const painted = memoryRaster(photograph);
    let tile: Pick<TileProgress, 'region' | 'bitmap'> | undefined;
    const target: Raster = {
      ...painted,
      write: async (region, samples) => {
        await painted.write(region, samples);
        if (tiles) tile = { region, bitmap: await bitmapOf(painted, region, shownScale(painted)) };
        // Only between tasks can the word come through that the painting is to be stopped.
        await nextTask();
      },
    };
    await styles.use(style, { tiles }, (stylizer) =>
      stylizer.paint(photograph, target, {
        tile: tiles && !stylizer.fixedSize ? tileSide : 'auto',
        signal,
        onProgress: (done, total) => tile && onTile({ ...tile, done, total }),
      }),
    );
    signal.throwIfAborted();
    this.#keep(style.id, painted);
    return shown(painted);
  }

  #keep(styleId: string, painted: Raster): void {
    // The latest is the last in the map's order.
    this.#paintings.delete(styleId);
    this.#paintings.set(styleId, painted);
    const pixels = painted.width * painted.height;
    for (const oldest of this.#paintings.keys()) {
      if (this.#paintings.size <= 2 || this.#paintings.size * pixels <= keptPixels) return;
      this.#paintings.delete(oldest);
    }
  }

  /** The painting in the photograph's colours, at the size at which it is shown. */
  async keepColors(styleId: string): Promise<ImageBitmap> {
    const [source, painted] = await Promise.all([
      shownRaster(required(this.#photograph, 'photograph')),
      shownRaster(required(this.#paintings.get(styleId), 'painting')),
    ]);
    return shown(await mixed(painted, source, { strength: 1, keepColors: true }));
  }

  /** The painting at full size as a file. */
  async save(styleId: string, format: SavedFormat, controls: Controls): Promise<Blob> {
    const photograph = required(this.#photograph, 'photograph');
    const painted = required(this.#paintings.get(styleId), 'painting');
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
