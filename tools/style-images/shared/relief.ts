import type { Grid } from './grid.ts';

/** The light on a surface of which a grid gives the heights. */
export interface Relief {
  /** The light that a matt surface throws back: 1 where it lies flat, more where it leans to the light. */
  readonly diffuse: Float32Array;
  /** The reflection of a polished surface, 0 to 1. */
  readonly gloss: Float32Array;
}

// From the upper left, towards the viewer: where painters and readers expect it.
const LIGHT = normalised(-0.55, -0.65, 1);
const HALFWAY = normalised(LIGHT[0], LIGHT[1], LIGHT[2] + 1);

/**
 * Lights a relief from the upper left (Blinn and Phong).
 * @param heights in pixels
 * @param shininess the exponent of the reflection: larger for smaller, harder lights
 */
export function lightRelief({ width, height, data }: Grid, shininess: number): Relief {
  const diffuse = new Float32Array(width * height);
  const gloss = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [above, below] = [Math.max(y - 1, 0) * width, Math.min(y + 1, height - 1) * width];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(x - 1, 0), Math.min(x + 1, width - 1)];
      const slopeX = ((data[y * width + right] ?? 0) - (data[y * width + left] ?? 0)) / 2;
      const slopeY = ((data[below + x] ?? 0) - (data[above + x] ?? 0)) / 2;
      const length = Math.sqrt(slopeX * slopeX + slopeY * slopeY + 1);
      const facing = (direction: Direction) =>
        Math.max((direction[2] - direction[0] * slopeX - direction[1] * slopeY) / length, 0);
      diffuse[y * width + x] = facing(LIGHT) / LIGHT[2];
      gloss[y * width + x] = facing(HALFWAY) ** shininess;
    }
  }
  return { diffuse, gloss };
}

type Direction = readonly [right: number, down: number, forwards: number];

function normalised(right: number, down: number, forwards: number): Direction {
  const length = Math.hypot(right, down, forwards);
  return [right / length, down / length, forwards / length];
}
