import { CHANNELS, type Picture } from '../../../src/image/picture.ts';
import type { Colour } from './colour.ts';

/** Colours as light adds up to them: no bounds until the picture is made. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel, row by row. */
  readonly data: Float32Array;
}

/** A canvas whose colours are given by a function of the pixel's index and position. */
export function paintCanvas(
  width: number,
  height: number,
  colourAt: (index: number, x: number, y: number) => Colour,
): Canvas {
  const data = new Float32Array(CHANNELS * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colourAt(y * width + x, x, y), CHANNELS * (y * width + x));
  }
  return { width, height, data };
}

/** The canvas as a picture; colours beyond what a screen shows are cut off. */
export function toPicture({ width, height, data }: Canvas): Picture {
  return { width, height, data: new Uint8Array(Uint8ClampedArray.from(data).buffer) };
}
