import type { Grid } from '../shared/grid.ts';
import { visitNearLine } from '../shared/near-line.ts';
import type { Point } from '../shared/point-index.ts';
import { type Random, spread } from '../shared/random.ts';

/** A groove of the gouge: where it runs and half its width at each point, in pixels. */
export interface Cut {
  readonly points: readonly Point[];
  readonly halfWidths: readonly number[];
}

/**
 * Divides a line into cuts with a ridge left between them: a gouge goes in steeply and comes out slowly.
 * @param length how many points a cut has about
 * @param widthAt the width of a cut at a point, before it tapers
 */
export function divideLine(
  line: readonly Point[],
  length: number,
  widthAt: (point: Point) => number,
  random: Random,
): readonly Cut[] {
  const cuts: Cut[] = [];
  let start = 0;
  while (start < line.length) {
    const count = Math.max(Math.round(length * (1 + spread(random, 0.45))), 3);
    const points = line.slice(start, start + count);
    const pressure = 1 + spread(random, 0.16);
    const halfWidths = points.map((point, index) => {
      const place = (index + 0.5) / points.length;
      const taper = Math.min(place / 0.14, (1 - place) / 0.34, 1) ** 0.65;
      return (pressure * taper * widthAt(point)) / 2;
    });
    if (points.length > 2) cuts.push({ points, halfWidths });
    start += count + 1;
  }
  return cuts;
}

/** Cuts a groove into a block: its grid rises from 0 where the wood stands to 1 where it is cut away. */
export function carve(block: Grid, { points, halfWidths }: Cut): void {
  visitNearLine(block, points, Math.max(...halfWidths) + 0.5, (x, y, place, offset) => {
    const before = halfWidths[Math.floor(place)] ?? 0;
    const after = halfWidths[Math.ceil(place)] ?? 0;
    const halfWidth = before + (after - before) * (place % 1);
    const index = y * block.width + x;
    const depth = Math.min(halfWidth - Math.abs(offset) + 0.5, 1);
    if (depth > (block.data[index] ?? 0)) block.data[index] = depth;
  });
}
