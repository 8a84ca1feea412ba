/**
 * impasto's library in Node: paints pictures in the style that a model file has learnt, with onnxruntime-node.
 * @module Node
 */

import { fileURLToPath } from 'node:url';
import type { ActualDevice, Device } from './device.ts';
import { fetchModel, givenBytes, type ModelSource, nameOfModel } from './model-source.ts';
import { openStylizer, readModel } from './open-stylizer.node.ts';
import { resolveModel } from './shipped-styles.node.ts';
import type { Stylizer } from './stylizer.ts';
import { tilingForms } from './tiling-forms.ts';

export { decodePicture as readPicture, PictureError, PixelLimitError } from '../image/decode.node.ts';
export { type EncodeOptions, encodePicture as writePicture } from '../image/encode.node.ts';
export type { Picture, PictureSize, Region } from '../image/picture.ts';
export { type MemoryRaster, memoryRaster, type Raster, type RasterFormat, type Samples } from '../image/raster.ts';
export type { ActualDevice, Device } from './device.ts';
export type { ModelSource } from './model-source.ts';
export { findStyles, type StyleFile } from './shipped-styles.node.ts';
export { type StylizeFileOptions, stylizeFile } from './stylize-file.node.ts';
export type { Stylizer } from './stylizer.ts';
export type { MixOptions } from './tiles/mix.ts';
export type { PaintOptions } from './tiles/painter.ts';

/** Where and how a model is run. */
export interface StylizerOptions {
  /** `auto`, by default: CUDA where its provider is installed and works, otherwise the CPU. */
  readonly device?: Device | undefined;
  /** Threads inside an operator on the CPU; by default one per core. */
  readonly threads?: number | undefined;
  /** What to call the model in errors; by default its path or address. */
  readonly name?: string | undefined;
}

/** A stylizer, and the device that it runs on. */
export interface DeviceStylizer extends Stylizer {
  /** What `auto` came to, or the device that was asked for. */
  readonly device: ActualDevice;
}

/**
 * A stylizer of a model: one of impasto's, or any other with one input and one output float32 [N, 3, H, W] of the same
 * size, RGB, 0..255. Only impasto's models are painted in tiles.
 * @param model the name of a style that comes with impasto, a path, an address (http, https or file), or the bytes of an
 * .onnx file. A word of letters, digits and hyphens is a name; for a file called so write `./NAME`
 * @throws one sentence: there is no such style or file, it is not an ONNX model, it is not a style network (and what it is
 * instead), or the device is not to be had
 */
export async function createStylizer(
  model: ModelSource,
  { device = 'auto', threads, name = nameOfModel(model) }: StylizerOptions = {},
): Promise<DeviceStylizer> {
  const bytes = await bytesOf(model);
  const loaded = await openStylizer(bytes, name, { device, threads }, tilingForms);
  return { ...loaded.stylizer, device: loaded.device };
}

/** What an address begins with, and no path does: `C:\style.onnx` is one. */
const addressPattern = /^(https?|file):\/\//i;

async function bytesOf(model: ModelSource): Promise<Uint8Array> {
  const given = givenBytes(model);
  if (given) return given;
  const text = String(model);
  if (!addressPattern.test(text)) return readModel(await resolveModel(text));
  const address = new URL(text);
  return address.protocol === 'file:' ? readModel(fileURLToPath(address)) : fetchModel(address);
}
