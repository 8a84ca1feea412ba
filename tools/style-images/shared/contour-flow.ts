import { blur, type Grid, makeGrid, slopeAt, valueAt } from './grid.ts';
import type { Flow } from './streamlines.ts';

/**
 * Lines that run along the borders of areas: across the slopes of the distance to them. Slopes that fall to both sides,
 * as in the middle of a band, agree, because opposite directions count as one (structure tensor).
 * @param borders the distance to the nearest border
 * @param smoothing over how many pixels corners are rounded
 */
export function contourFlow(borders: Grid, smoothing: number): Flow {
  const { width, height } = borders;
  const doubled = (part: (right: number, down: number) => number) =>
    blur(
      makeGrid(width, height, (x, y) => part(...slopeAt(borders, x, y))),
      Math.round(smoothing),
    );
  const rights = doubled((right, down) => right * right - down * down);
  const downs = doubled((right, down) => 2 * right * down);
  return (x, y) => Math.atan2(valueAt(downs, x, y), valueAt(rights, x, y)) / 2 + Math.PI / 2;
}

/** From one line's angle (part 0) to another's (part 1), the shorter way; opposite directions count as one. */
export function blendAngles(from: number, to: number, part: number): number {
  const down = (1 - part) * Math.sin(2 * from) + part * Math.sin(2 * to);
  const right = (1 - part) * Math.cos(2 * from) + part * Math.cos(2 * to);
  return Math.atan2(down, right) / 2;
}
