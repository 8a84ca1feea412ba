import type { PictureSize } from '../../../src/image/picture.ts';
import { noise } from '../shared/noise.ts';
import type { Point } from '../shared/point-index.ts';
import { type GlassArea, glassAreas } from './design.ts';

/** A piece of glass in the window. */
export interface Piece {
  readonly area: GlassArea;
  /** About its middle, in units of the picture. */
  readonly middle: Point;
}

/** Which piece of glass each pixel shows. */
export interface Glazing {
  readonly pieces: readonly Piece[];
  /** For each pixel the index of its piece. */
  readonly owners: Uint16Array;
}

/**
 * Cuts the areas of the window into pieces: each pixel goes to the nearest middle of its area's pieces.
 * @param labels for each pixel the number of its area, from 1
 */
export function cutGlass(labels: Uint8Array, { width, height }: PictureSize, scale: number): Glazing {
  const pieces: Piece[] = [];
  const firsts = glassAreas.map((area) => {
    const first = pieces.length;
    for (const middle of area.pieces ?? [{ x: 0, y: 0 }]) pieces.push({ area, middle });
    return first;
  });
  const owners = new Uint16Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const number = (labels[y * width + x] ?? 1) - 1;
      const [u, v] = [x / scale, y / scale];
      // Hand-cut edges are not straight.
      const [bentX, bentY] = [u + 7 * noise(u / 60, v / 60, 3), v + 7 * noise(u / 60, v / 60, 4)];
      owners[y * width + x] = (firsts[number] ?? 0) + nearest(glassAreas[number]?.pieces ?? [], bentX, bentY);
    }
  }
  return { pieces, owners };
}

function nearest(middles: readonly Point[], x: number, y: number): number {
  let [found, least] = [0, Number.POSITIVE_INFINITY];
  for (const [index, middle] of middles.entries()) {
    const squared = (middle.x - x) ** 2 + (middle.y - y) ** 2;
    if (squared < least) [found, least] = [index, squared];
  }
  return found;
}

/** Whether three pieces meet at a pixel: the leads are soldered there. */
export function isJoint(owners: Uint16Array, width: number, index: number): boolean {
  const [here, right] = [owners[index], owners[index + 1] ?? owners[index]];
  const [below, diagonal] = [owners[index + width] ?? here, owners[index + width + 1] ?? here];
  return new Set([here, right, below, diagonal]).size > 2;
}
