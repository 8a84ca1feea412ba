import type { PictureSize } from '../../../src/image/picture.ts';

/** How large the strokes are, to the painting as it is seen on a screen. */
export type Strokes = 'fine' | 'medium' | 'broad' | 'broadest';

/** How much finer or broader the strokes are than in the middle. */
const scales: Readonly<Record<Strokes, number>> = { fine: 2, medium: 1, broad: 0.6, broadest: 0.36 };

/** The long side, in pixels, of pictures whose strokes have their natural size on a screen: larger ones are fitted to it. */
const screenSide = 1280;

/**
 * The long side of the picture on which the strokes have that size, as `impasto stylize --stroke-size` takes it: in the
 * middle that of the photograph itself, unless it is so large that its strokes would vanish on a screen.
 */
export function strokeSize({ width, height }: PictureSize, strokes: Strokes): number {
  return Math.max(1, Math.round(scales[strokes] * Math.min(screenSide, Math.max(width, height))));
}

export function isStrokes(value: string): value is Strokes {
  return Object.hasOwn(scales, value);
}
