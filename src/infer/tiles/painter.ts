import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { PictureSize, Region } from '../../image/picture.ts';
import { cutPlanes } from '../../image/planes.ts';
import { planesOf, type Raster } from '../../image/raster.ts';
import { type StyleNetwork, styleNetwork } from '../style-network.ts';
import { type MixOptions, type Rasters, writePainted } from './mix.ts';
import { planTiles, type Tile } from './plan.ts';
import { reduceRaster } from './reduce.ts';
import type { FindTiling, Statistics, Tiling } from './tiling.ts';

/** How a picture is painted. */
export interface PaintOptions extends MixOptions {
  /**
   * `auto` (by default): pictures of more than 1920×1088 pixels in tiles, where the model can be painted in tiles; a
   * number, a multiple of 4: in tiles whose kept part is at most so many pixels a side.
   */
  readonly tile?: 'auto' | number | undefined;
  /** Called after each tile. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Stops the painting between two tiles. */
  readonly signal?: AbortSignal | undefined;
}

/** What paints rasters: in one piece where they are small, in tiles where they are large. */
export interface Painter {
  paint(source: Raster, target: Raster, options: PaintOptions): Promise<void>;
  release(): Promise<void>;
}

/** Pictures of up to so many pixels are painted in one piece unless tiles are asked for. */
export const largestPiece = 1920 * 1088;
/** The side of a tile unless one is asked for: at C = 32, 8K is then painted in less than 800 MB. */
export const defaultTile = 704;

/** The painter of a network. */
export function createPainter(network: StyleNetwork, findTiling: FindTiling = () => undefined): Painter {
  let found: { readonly tiling: Tiling | undefined } | undefined;
  let statistics: Promise<InferenceSession> | undefined;
  const tilingFound = () => {
    found ??= { tiling: findTiling() };
    return found.tiling;
  };
  const paintTiled = async (tiling: Tiling, side: number, { source, target, options }: Omit<Painting, 'network'>) => {
    statistics ??= tiling.openSession(tiling.statistics, 'returned');
    const thumbnail = await thumbnailOf(source, tiling.thumbnailPixels, network);
    const frozen = await tiling.openSession(tiling.frozen(await takeStatistics(await statistics, thumbnail)), 'kept');
    try {
      const tiles = planTiles(source, side);
      await paintTiles(tiles, { source, target, network: styleNetwork(frozen, 'the model for tiles'), options });
    } finally {
      await frozen.release();
    }
  };
  return {
    paint: async (source, target, options) => {
      requireStrength(options);
      requireSizes(source, target);
      const { tile = 'auto' } = options;
      const isOnePiece = tile === 'auto' && (fitsOnePiece(source) || network.fixedSize !== null);
      const tiling = isOnePiece ? undefined : tilingFound();
      if (tiling) return paintTiled(tiling, tile === 'auto' ? defaultTile : tile, { source, target, options });
      if (tile !== 'auto') throw noTiles(network);
      await paintTiles([wholeOf(source)], { source, target, network, options });
    },
    // What could not be opened need not be released.
    release: async () => (await statistics?.catch(() => undefined))?.release(),
  };
}

function requireStrength({ strength = 1 }: PaintOptions): void {
  if (!(strength >= 0 && strength <= 1)) throw new Error(`Expected a strength from 0 to 1 but received ${strength}`);
}

function requireSizes({ width, height }: PictureSize, target: PictureSize): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1)) {
    throw new Error(`Expected a picture of at least one pixel but received ${width}×${height}`);
  }
  if (target.width === width && target.height === height) return;
  throw new Error(
    `Expected to paint ${width}×${height} pixels into as many but received ${target.width}×${target.height}`,
  );
}

function fitsOnePiece({ width, height }: PictureSize): boolean {
  return width * height <= largestPiece;
}

function noTiles({ fixedSize }: StyleNetwork): Error {
  return new Error(
    fixedSize
      ? `Expected a model of any size for tiles, but this one takes ${fixedSize.width}×${fixedSize.height} pixels only; leave --tile out`
      : 'Expected a .onnx file that impasto wrote, since only those can be painted in tiles; leave --tile out, or reduce the picture with --max-size',
  );
}

function wholeOf({ width, height }: PictureSize): Tile {
  const whole = { left: 0, top: 0, width, height };
  return { kept: whole, window: whole };
}

/** A copy of a raster of at most so many pixels, as a network takes it. */
async function thumbnailOf(source: Raster, pixels: number, network: StyleNetwork): Promise<Tensor> {
  const scale = Math.min(1, Math.sqrt(pixels / (source.width * source.height)));
  const reduced = (side: number) => Math.max(1, Math.round(side * scale));
  const size = { width: reduced(source.width), height: reduced(source.height) };
  return network.tensorOf(await reduceRaster(source, size), size);
}

async function takeStatistics(session: InferenceSession, thumbnail: Tensor): Promise<Statistics> {
  const [input = ''] = session.inputNames;
  const outputs = await session.run({ [input]: thumbnail });
  const vectors = Object.entries(outputs).map(([name, { data }]) => {
    if (!(data instanceof Float32Array)) throw new Error(`Expected float32 statistics ${name} of the picture`);
    return [name, data] as const;
  });
  return new Map(vectors);
}

interface Painting extends Rasters {
  readonly network: StyleNetwork;
  readonly options: PaintOptions;
}

async function paintTiles(tiles: readonly Tile[], painting: Painting): Promise<void> {
  const { source, network, options } = painting;
  for (const [index, { kept, window }] of tiles.entries()) {
    options.signal?.throwIfAborted();
    const image = planesOf(await source.read(window), source);
    const painted = await network.run(image, window);
    await writePainted(kept, cutPlanes(painted, window, within(kept, window)), painting, options);
    options.onProgress?.(index + 1, tiles.length);
  }
}

/** A region as a part of another one. */
function within(region: Region, outer: Region): Region {
  return { ...region, left: region.left - outer.left, top: region.top - outer.top };
}
