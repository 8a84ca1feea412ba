/**
 * impasto's library in a browser: paints pictures in the style that a model file has learnt, with onnxruntime-web on the
 * graphics card (WebGPU) or the processor.
 * @module browser
 */

import { fetchModel, givenBytes, type ModelSource, nameOfModel } from './model-source.ts';
import { type BrowserDevice, openRuntime, type RuntimeFiles, type WantedDevice } from './open-stylizer.browser.ts';
import { type Stylizer, stylizerOf } from './stylizer.ts';
import { tilingForms } from './tiling-forms.ts';

export type { SavedFormat } from '../image/encode.browser.ts';
export type { Picture, PictureSize, Region } from '../image/picture.ts';
export { type MemoryRaster, memoryRaster, type Raster, type RasterFormat, type Samples } from '../image/raster.ts';
export type { ModelSource } from './model-source.ts';
export type { BrowserDevice, RuntimeFiles, WantedDevice } from './open-stylizer.browser.ts';
export { readPicture, writePicture } from './picture-files.browser.ts';
export type { Stylizer } from './stylizer.ts';
export type { MixOptions } from './tiles/mix.ts';
export type { PaintOptions } from './tiles/painter.ts';

/** Where and how a model is run. */
export interface StylizerOptions {
  /** `auto`, by default: WebGPU where there is a graphics card, otherwise wasm. */
  readonly device?: WantedDevice | undefined;
  /** Threads on the processor; more than one only in pages that are cross-origin isolated. */
  readonly threads?: number | undefined;
  /** What to call the model in errors; by default its address. */
  readonly name?: string | undefined;
  /** Where onnxruntime-web's files are served; by default where the bundler has put them. */
  readonly runtimeFiles?: RuntimeFiles | undefined;
}

/** A stylizer, and the device that it runs on. */
export interface DeviceStylizer extends Stylizer {
  /** Not the one that was asked for where that is not to be had. */
  readonly device: BrowserDevice;
}

/**
 * A stylizer of a model: one of impasto's, or any other with one input and one output float32 [N, 3, H, W] of the same
 * size, RGB, 0..255. Only impasto's models are painted in tiles.
 * @param model an address, relative to the page, or the bytes of an .onnx file
 * @throws one sentence: the model cannot be fetched, is not an ONNX model, or is not a style network (and what it is instead)
 */
export async function createStylizer(
  model: ModelSource,
  { device = 'auto', threads, name = nameOfModel(model), runtimeFiles }: StylizerOptions = {},
): Promise<DeviceStylizer> {
  const bytes = givenBytes(model) ?? (await fetchModel(String(model)));
  const runtime = await openRuntime(device, runtimeFiles, threads);
  const session = await runtime.createSession(bytes).catch((error: Error) => {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  });
  const findTiling = () => {
    const forms = tilingForms(bytes);
    return forms && { ...forms, openSession: (form: Uint8Array) => runtime.createSession(form) };
  };
  try {
    return { ...stylizerOf(session, name, findTiling), device: runtime.device };
  } catch (error) {
    await session.release();
    throw error;
  }
}
