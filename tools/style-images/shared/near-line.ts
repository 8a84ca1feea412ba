import type { PictureSize } from '../../../src/image/picture.ts';
import type { Point } from './point-index.ts';

/**
 * Called for a pixel near a line.
 * @param place where on the line the nearest place of this stretch is, in points from its beginning
 * @param offset the distance from the line in pixels, positive on its right as one goes along it
 */
export type NearLineVisitor = (x: number, y: number, place: number, offset: number) => void;

/**
 * Visits the pixels near a line, stretch by stretch: a pixel near several stretches is visited once for each.
 * @param reach how far from the line, in pixels
 */
export function visitNearLine(
  { width, height }: PictureSize,
  points: readonly Point[],
  reach: number,
  visit: NearLineVisitor,
): void {
  for (let index = 1; index < points.length; index++) {
    const [from, to] = [points[index - 1], points[index]];
    if (from === undefined || to === undefined) continue;
    const [alongX, alongY] = [to.x - from.x, to.y - from.y];
    const squared = alongX * alongX + alongY * alongY;
    const left = Math.max(Math.ceil(Math.min(from.x, to.x) - reach), 0);
    const right = Math.min(Math.floor(Math.max(from.x, to.x) + reach), width - 1);
    const top = Math.max(Math.ceil(Math.min(from.y, to.y) - reach), 0);
    const bottom = Math.min(Math.floor(Math.max(from.y, to.y) + reach), height - 1);
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const [awayX, awayY] = [x - from.x, y - from.y];
        const part = Math.min(Math.max((awayX * alongX + awayY * alongY) / squared, 0), 1);
        const [missX, missY] = [awayX - part * alongX, awayY - part * alongY];
        const distance = Math.sqrt(missX * missX + missY * missY);
        if (distance > reach) continue;
        const side = alongX * awayY - alongY * awayX;
        visit(x, y, index - 1 + part, side < 0 ? -distance : distance);
      }
    }
  }
}
