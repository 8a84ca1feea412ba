import type { Crop } from '../image/crop.ts';
import { type PictureSize, sizeWithShortSide } from '../image/picture.ts';

/** The random part of a training crop: three uniform numbers in [0, 1) and a coin. */
export interface CropDraws {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  readonly mirror: boolean;
}

/** Photographs are shown at most twice as large as the crop, so that a crop still holds a scene and not a texture. */
const LARGEST_SHORT_SIDE = 2;

/**
 * Places a square training crop in a photograph. The photograph's short side becomes, log-uniformly, between `size` and
 * the smaller of its own length and 2 × `size` (never enlarged); the position is uniform; `mirror` is passed on.
 * @param size side of the crop in pixels
 * @returns the crop, or undefined if the photograph's short side is less than `size`
 */
export function chooseCrop(photograph: PictureSize, size: number, draws: CropDraws): Crop | undefined {
  const shortSide = Math.min(photograph.width, photograph.height);
  if (shortSide < size) return undefined;
  const largestScale = Math.min(shortSide / size, LARGEST_SHORT_SIDE);
  const resized = sizeWithShortSide(photograph, Math.round(size * largestScale ** draws.scale));
  return {
    resized,
    window: {
      left: Math.floor(draws.left * (resized.width - size + 1)),
      top: Math.floor(draws.top * (resized.height - size + 1)),
      size,
      mirror: draws.mirror,
    },
  };
}
