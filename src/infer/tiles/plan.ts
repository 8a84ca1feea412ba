import type { PictureSize, Region } from '../../image/picture.ts';

/** A part of a picture that is painted at a time. */
export interface Tile {
  /** The part that is kept: the tiles' parts make up the picture. */
  readonly kept: Region;
  /** What the network is given: the part and its surroundings, within the picture. */
  readonly window: Region;
}

/** Networks halve a picture twice: windows that begin at multiples of this see the same grid as the whole picture. */
const grid = 4;

/**
 * How far around a pixel the transform network looks: 54 pixels by its convolutions (4 + 1 + 2 by the encoder's, 40 by the
 * residual blocks', 2 + 1 + 4 by the decoder's), up to 3 more by the grid, rounded up to a multiple of the grid.
 */
export const surroundings = 60;

/**
 * Divides a picture into tiles, row by row.
 * @param side the largest height and width of what is kept of a tile, a multiple of 4
 * @returns the tiles; all windows but those at the right and lower border have one size (those have up to 3 pixels more),
 * since a runtime prepares anew for each size
 * @throws if the side is not a positive multiple of 4
 */
export function planTiles({ width, height }: PictureSize, side: number): readonly Tile[] {
  if (!(side > 0 && side % grid === 0)) {
    throw new Error(`Expected a tile's side that is a multiple of ${grid} pixels but received ${side}`);
  }
  const columns = divide(width, side);
  return divide(height, side).flatMap((row) =>
    columns.map((column) => ({
      kept: { left: column.start, top: row.start, width: column.length, height: row.length },
      window: { left: column.from, top: row.from, width: column.reach, height: row.reach },
    })),
  );
}

/** A tile along one axis: what is kept, and the window from `from` on. */
interface Span {
  readonly start: number;
  readonly length: number;
  readonly from: number;
  readonly reach: number;
}

function divide(total: number, side: number): readonly Span[] {
  const count = Math.ceil(total / side);
  const length = roundUp(total / count);
  const reach = length + 2 * surroundings;
  const lastFrom = Math.max(0, Math.floor((total - reach) / grid) * grid);
  return Array.from({ length: Math.ceil(total / length) }, (_, index) => {
    const start = index * length;
    const from = Math.min(Math.max(0, start - surroundings), lastFrom);
    const end = from === lastFrom ? total : from + reach;
    return { start, length: Math.min(length, total - start), from, reach: end - from };
  });
}

function roundUp(size: number): number {
  return Math.ceil(size / grid) * grid;
}
