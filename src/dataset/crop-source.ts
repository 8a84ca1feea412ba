import type { Picture, PictureSize } from '../image/picture.ts';
import type { Sample } from './sampler.ts';

/** A photograph that gives no crops. */
export interface SkippedPhotograph {
  readonly path: string;
  /** A duplicate has the contents of a photograph before it in the list. */
  readonly kind: 'tooSmall' | 'unreadable' | 'duplicate';
  /** One sentence. */
  readonly reason: string;
}

/** A photograph that is smaller than the crops' side. */
export function tooSmall(path: string, { width, height }: PictureSize, size: number): SkippedPhotograph {
  const reason = `Expected a photograph of at least ${size}×${size} pixels but ${path} has ${width}×${height}`;
  return { path, kind: 'tooSmall', reason };
}

/** A crop, why the photograph gives none, or why no photograph can be read any more. */
export type CropOutcome =
  | { readonly kind: 'crop'; readonly picture: Picture }
  | { readonly kind: 'skipped'; readonly photograph: SkippedPhotograph }
  | { readonly kind: 'failure'; readonly sentence: string };

/** Photographs to train on, wherever they are kept. */
export interface CropSource {
  /** How many there are. */
  readonly count: number;
  /**
   * Cuts a crop from a photograph.
   * @param sample its index, and the random part of the crop
   * @param size side of the crop in pixels
   */
  crop(sample: Sample, size: number): Promise<CropOutcome>;
}
