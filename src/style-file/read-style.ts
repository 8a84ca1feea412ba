import { readMetadata } from '../graph-builder/onnx/onnx-file.ts';
import { type ExportedMetadata, readStyleMetadata, type StyleMetadata } from './style-metadata.ts';

/** A model file and what it says about itself. */
export interface StyleModel extends ExportedMetadata {
  /** The file's size. */
  readonly bytes: number;
}

/**
 * What a model says about itself.
 * @param model the file's bytes
 * @param path its name, for messages
 * @throws if it is not a model of impasto train
 */
export function readStyle(model: Uint8Array, path: string): StyleModel {
  return { bytes: model.length, ...readStyleMetadata(metadataOf(model, path), path) };
}

function metadataOf(model: Uint8Array, path: string): Readonly<Record<string, string>> {
  try {
    return readMetadata(model);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path}: ${reason}`, { cause: error });
  }
}

/** How a style was trained, in a few words: `16 channels, 2000 steps of 4, style weight 12, style size 384, vgg19`. */
export function shortRecipe({ recipe, training }: Pick<StyleMetadata, 'recipe' | 'training'>): string {
  const { network, batch, weights, styleSize, lossNetwork } = recipe;
  return [
    `${network.channels} channels`,
    `${training.step} steps of ${batch}`,
    `style weight ${weights.style}`,
    `style size ${styleSize}`,
    lossNetwork,
  ].join(', ');
}
