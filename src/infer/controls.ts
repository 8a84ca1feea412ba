import { CHANNELS } from '../image/picture.ts';

/** How much of a style a picture takes. */
export interface Controls {
  /** 0: the photograph, 1: the network's result, between: both mixed. */
  readonly strength: number;
  /** Keeps the photograph's colours: only the brightness is painted. */
  readonly keepColors: boolean;
}

export const fullStyle: Controls = { strength: 1, keepColors: false };

/** What red, green and blue add to the luma of ITU-R BT.601. */
const luma = [0.299, 0.587, 0.114] as const;

/**
 * The luma of pixels.
 * @param planes [3, pixels], RGB, 0..255
 * @returns [pixels], 0..255
 */
export function lumaOf(planes: Float32Array): Float32Array {
  const pixels = planes.length / CHANNELS;
  return Float32Array.from({ length: pixels }, (_, pixel) =>
    luma.reduce((sum, share, channel) => sum + share * (planes[channel * pixels + pixel] ?? 0), 0),
  );
}

/**
 * Mixes what a network painted with the photograph, pixel by pixel.
 * @param photograph [3, pixels], RGB, 0..255
 * @param painted the same; the result is written here
 * @param mask [pixels], 0..1: how much of each pixel is painted; all of it by default
 */
export function applyControls(
  photograph: Float32Array,
  painted: Float32Array,
  { strength, keepColors }: Controls,
  mask?: Float32Array,
): void {
  const pixels = photograph.length / CHANNELS;
  if (keepColors) takeColours(photograph, painted, pixels);
  if (strength === 1 && !mask) return;
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const at = channel * pixels + pixel;
      const from = photograph[at] ?? 0;
      painted[at] = from + strength * (mask?.[pixel] ?? 1) * ((painted[at] ?? 0) - from);
    }
  }
}

/** In YCbCr, the painted luma with the photograph's chroma adds the difference of luma to each of its colours. */
function takeColours(photograph: Float32Array, painted: Float32Array, pixels: number): void {
  const [from, to] = [lumaOf(photograph), lumaOf(painted)];
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const at = channel * pixels + pixel;
      painted[at] = (photograph[at] ?? 0) + (to[pixel] ?? 0) - (from[pixel] ?? 0);
    }
  }
}
