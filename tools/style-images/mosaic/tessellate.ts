import { type Grid, valueAt } from '../shared/grid.ts';
import type { Point } from '../shared/point-index.ts';
import { type Random, spread } from '../shared/random.ts';
import { type Flow, fillWithLines } from '../shared/streamlines.ts';

/** A tessera: a stone cut by hand, one side along the row that it lies in. */
export interface Tile extends Point {
  /** The number of its area. */
  readonly label: number;
  /** The side of the square that it was cut from, in pixels. */
  readonly side: number;
  /** The direction of its row and by how much the hand missed it, in radians. */
  readonly angle: number;
  readonly miss: number;
}

/** What tiles are laid into. */
export interface Ground {
  readonly width: number;
  readonly height: number;
  /** For each pixel the number of its area. */
  readonly labels: Uint8Array;
  /** The distance to the nearest border between areas. */
  readonly borders: Grid;
  readonly flow: Flow;
  /** The side of an area's tiles, in pixels. */
  readonly sideOf: (label: number) => number;
  /** Where an area's rows begin, if not along its border. */
  readonly startsOf: (label: number) => readonly Point[];
}

/** Which tile each pixel belongs to. */
export interface Tiling {
  readonly tiles: readonly Tile[];
  /** For each pixel the index of its tile, -1 for none. */
  readonly owners: Int32Array;
  /** For each pixel the distance to the edge of its tile, in pixels. */
  readonly edges: Float32Array;
}

const ROUNDS = 3;

/**
 * Lays tiles in rows that follow the flow, and cuts them so that they fill their areas: centroidal Voronoi cells whose
 * distance is measured along the rows (Hausner, Simulating Decorative Mosaics, 2001), begun from evenly spaced lines.
 */
export function tessellate(ground: Ground, random: Random): Tiling {
  let tiles = layRows(ground, random);
  for (let round = 0; round < ROUNDS; round++) {
    const { owners } = cutTiles(ground, tiles);
    tiles = moveToCentres(ground, tiles, owners);
  }
  return { tiles, ...cutTiles(ground, tiles) };
}

function layRows(ground: Ground, random: Random): readonly Tile[] {
  const { width, height, labels, flow, sideOf, startsOf } = ground;
  return [...new Set(labels)]
    .filter((label) => label > 0)
    .flatMap((label) => {
      const side = sideOf(label);
      // A row that drifted to the border of a narrow band would leave room for another one on its other side.
      const inside = (x: number, y: number) =>
        labelAt(ground, x, y) === label && valueAt(ground.borders, x, y) > 0.3 * side;
      const lines = fillWithLines([...startsOf(label), ...firstRow(ground, label)], {
        flow,
        step: side * 1.06,
        inside,
        spacing: () => side,
        longest: width + height,
      });
      return lines.flat().map(({ x, y }) => ({ x, y, label, side, angle: flow(x, y), miss: spread(random, 0.09) }));
    });
}

/** The pixels where an area's first row lies, half a tile from its border, then all of its pixels. */
function* firstRow({ width, height, labels, borders, sideOf }: Ground, label: number): Iterable<Point> {
  const half = sideOf(label) / 2;
  for (const everywhere of [false, true]) {
    for (let y = 0; y < height; y += 2) {
      for (let x = 0; x < width; x += 2) {
        const index = y * width + x;
        if (labels[index] !== label) continue;
        if (everywhere || Math.abs((borders.data[index] ?? 0) - half) < 1) yield { x, y };
      }
    }
  }
}

function cutTiles({ width, height, labels, borders }: Ground, tiles: readonly Tile[]): Omit<Tiling, 'tiles'> {
  const owners = new Int32Array(width * height).fill(-1);
  const nearest = new Float32Array(width * height).fill(Number.POSITIVE_INFINITY);
  const second = new Float32Array(width * height).fill(Number.POSITIVE_INFINITY);
  for (const [number, { x, y, label, side, angle, miss }] of tiles.entries()) {
    const [cos, sin] = [Math.cos(angle + miss), Math.sin(angle + miss)];
    const reach = 1.4 * side;
    const [top, bottom] = [Math.max(Math.ceil(y - reach), 0), Math.min(Math.floor(y + reach), height - 1)];
    const [left, right] = [Math.max(Math.ceil(x - reach), 0), Math.min(Math.floor(x + reach), width - 1)];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const index = row * width + column;
        if (labels[index] !== label) continue;
        const [awayX, awayY] = [column - x, row - y];
        const alongRow = Math.abs(cos * awayX + sin * awayY);
        const acrossRow = Math.abs(cos * awayY - sin * awayX);
        // Nearly a square's distance; the other part takes its corners off.
        const distance = 0.88 * Math.max(alongRow, acrossRow) + 0.12 * (alongRow + acrossRow);
        if (distance < (nearest[index] ?? 0)) {
          second[index] = nearest[index] ?? 0;
          nearest[index] = distance;
          owners[index] = number;
        } else if (distance < (second[index] ?? 0)) second[index] = distance;
      }
    }
  }
  const edges = nearest.map((distance, index) =>
    Math.min(((second[index] ?? 0) - distance) / 2, borders.data[index] ?? 0),
  );
  return { owners, edges };
}

function moveToCentres(ground: Ground, tiles: readonly Tile[], owners: Int32Array): readonly Tile[] {
  const sums = new Float64Array(3 * tiles.length);
  for (const [index, owner] of owners.entries()) {
    if (owner < 0) continue;
    sums[3 * owner] = (sums[3 * owner] ?? 0) + (index % ground.width);
    sums[3 * owner + 1] = (sums[3 * owner + 1] ?? 0) + Math.floor(index / ground.width);
    sums[3 * owner + 2] = (sums[3 * owner + 2] ?? 0) + 1;
  }
  return tiles.flatMap((tile, number) => {
    const [sumX = 0, sumY = 0, count = 0] = sums.subarray(3 * number, 3 * number + 3);
    if (count === 0) return [];
    const [x, y] = [sumX / count, sumY / count];
    return [{ ...tile, x, y, angle: ground.flow(x, y) }];
  });
}

function labelAt({ width, height, labels }: Ground, x: number, y: number): number {
  const [column, row] = [Math.round(x), Math.round(y)];
  if (column < 0 || row < 0 || column >= width || row >= height) return 0;
  return labels[row * width + column] ?? 0;
}

/** How far a position lies from the border of its area, in rows of tiles. */
export function rowOf({ borders, sideOf }: Ground, { x, y, label }: Tile): number {
  return Math.floor(valueAt(borders, x, y) / sideOf(label));
}
