import type { InferenceSession } from 'onnxruntime-common';
import type { Picture, PictureSize } from '../image/picture.ts';
import { memoryRaster, pictureRaster, type Raster } from '../image/raster.ts';
import { styleNetwork } from './style-network.ts';
import { createPainter, type PaintOptions } from './tiles/painter.ts';
import type { FindTiling } from './tiles/tiling.ts';

/** A style network that paints pictures. */
export interface Stylizer {
  /** The only size that the model takes; null if it takes any. */
  readonly fixedSize: PictureSize | null;
  /**
   * Paints a picture in the model's style. Calls may overlap: they run one after another.
   * @returns a picture of the same size
   * @throws one sentence: the picture's data does not have width × height × 3 bytes, the model takes one size only and the
   * picture has another, the model cannot be run on it, or tiles are asked for but the model cannot be painted in tiles
   * @throws the signal's reason if it is aborted between two tiles
   */
  stylize(picture: Picture, options?: PaintOptions): Promise<Picture>;
  /**
   * Paints a picture of any size from one raster into another of the same size: a large one in tiles, so that the memory
   * depends on the tile and not on the picture. Alpha is copied.
   * @throws as stylize does
   */
  paint(source: Raster, target: Raster, options?: PaintOptions): Promise<void>;
  /** Frees the sessions, when the pictures under way are painted; again it does nothing. */
  release(): Promise<void>;
}

/**
 * A stylizer over a session of any runtime: the model has one float32 input [N, 3, H, W] (RGB, 0..255) and one float32
 * output of the same layout, or both are uint8 [1, H, W, 4] (RGBA), whatever their names.
 * @param name what to call the model in errors, such as its path
 * @param findTiling what painting in tiles takes; without it pictures are painted in one piece
 * @throws if the model is not such a network; the message says what it has instead
 */
export function stylizerOf(session: InferenceSession, name = 'the model', findTiling?: FindTiling): Stylizer {
  const network = styleNetwork(session, name);
  const painter = createPainter(network, findTiling);
  // ONNX Runtime's web sessions fail when calls overlap; elsewhere overlapping gains nothing but memory use.
  let last: Promise<unknown> = Promise.resolve();
  const afterOthers = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
  let released: Promise<void> | undefined;
  const release = async () => {
    await last;
    await painter.release();
    await session.release();
  };
  return {
    fixedSize: network.fixedSize,
    stylize: (picture, options = {}) =>
      afterOthers(async () => {
        const source = pictureRaster(picture);
        const data = new Uint8Array(picture.data.length);
        await painter.paint(source, memoryRaster(source, data), options);
        return { width: picture.width, height: picture.height, data };
      }),
    paint: (source, target, options = {}) => afterOthers(() => painter.paint(source, target, options)),
    release: () => {
      released ??= release();
      return released;
    },
  };
}
