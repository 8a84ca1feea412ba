import type { InferenceSession } from 'onnxruntime-common';
import type { SessionMemory } from '../device.ts';

/** What a model's normalisations do to one picture, by output name of its statistics graph. */
export type Statistics = ReadonlyMap<string, Float32Array>;

/** The two forms of a style network that painting in tiles takes. */
export interface TilingForms {
  /** The model (.onnx) of a picture's statistics: the style network's input → vectors. */
  readonly statistics: Uint8Array;
  /** The statistics are taken from a copy of the picture of at most so many pixels: more are closer to the picture's own. */
  readonly thumbnailPixels: number;
  /** The style network (.onnx) with the statistics held fast, so that every pixel depends on its surroundings alone. */
  readonly frozen: (statistics: Statistics) => Uint8Array;
}

/** What painting in tiles takes besides the model: its other forms, and a runtime for them. */
export interface Tiling extends TilingForms {
  readonly openSession: (model: Uint8Array, memory: SessionMemory) => Promise<InferenceSession>;
}

/** Finds what painting a model in tiles takes, when the first picture needs it; undefined if it cannot be painted so. */
export type FindTiling = () => Tiling | undefined;
