import type { Picture } from '../../../src/image/picture.ts';
import { type Canvas, paintCanvas, toPicture } from '../shared/canvas.ts';
import { type Colour, lit, mix, vary } from '../shared/colour.ts';
import { blendAngles, contourFlow } from '../shared/contour-flow.ts';
import { distanceToBorders } from '../shared/distance.ts';
import { type Grid, makeGrid, valueAt } from '../shared/grid.ts';
import { drawLabels } from '../shared/labels.node.ts';
import { fractalNoise, noise } from '../shared/noise.ts';
import { type Random, randomSequence, spread } from '../shared/random.ts';
import { lightRelief } from '../shared/relief.ts';
import type { Flow } from '../shared/streamlines.ts';
import { mosaicAreas, mosaicSize } from './design.ts';
import { type Ground, rowOf, type Tile, type Tiling, tessellate } from './tessellate.ts';

const SEED = 11;
/** Half the width of the joints between tiles, in units of the picture. */
const JOINT = 0.75;
const MORTAR: Colour = [92, 80, 72];

/**
 * Draws a mosaic: a kingfisher over the sea.
 * @param scale pixels for each unit of the design
 */
export async function drawMosaic(scale: number): Promise<Picture> {
  const [width, height] = [mosaicSize.width * scale, mosaicSize.height * scale];
  const labels = await drawLabels(
    mosaicAreas.map(({ svg }) => svg),
    mosaicSize,
    scale,
  );
  const borders = distanceToBorders(width, height, labels);
  const sideOf = (label: number) => (mosaicAreas[label - 1]?.side ?? 1) * scale;
  const startsOf = (label: number) =>
    (mosaicAreas[label - 1]?.starts ?? []).map(({ x, y }) => ({ x: x * scale, y: y * scale }));
  const flow = rowFlow(labels, borders, scale);
  const ground: Ground = { width, height, labels, borders, flow, sideOf, startsOf };
  const random = randomSequence(SEED);
  return toPicture(paintTiles(ground, tessellate(ground, random), scale, random));
}

/** Rows run along the borders near them, and further inside as the area's design says. */
function rowFlow(labels: Uint8Array, borders: Grid, scale: number): Flow {
  const contour = contourFlow(borders, 2 * scale);
  return (x, y) => {
    const index = Math.min(Math.max(Math.round(y), 0), borders.height - 1) * borders.width + Math.round(x);
    const area = mosaicAreas[(labels[index] ?? 0) - 1];
    const alongBorder = contour(x, y);
    if (area?.around === undefined) return alongBorder;
    const circle = Math.atan2(y / scale - area.around.y, x / scale - area.around.x) + Math.PI / 2;
    const rows = valueAt(borders, x, y) / (area.side * scale);
    return blendAngles(alongBorder, circle, Math.min(Math.max(rows - 1, 0), 1));
  };
}

function paintTiles(ground: Ground, { tiles, owners, edges }: Tiling, scale: number, random: Random): Canvas {
  const { width, height } = ground;
  const stones = tiles.map((tile) => cutStone(ground, tile, scale, random));
  const joint = JOINT * scale;
  // Stones stand out of the mortar, with rounded edges, each leaning its own way.
  const cover = (index: number, x: number, y: number) => {
    const chipped = joint * (1 + 0.6 * noise(x / (3 * scale), y / (3 * scale), 3));
    return Math.min(Math.max(((edges[index] ?? 0) - chipped) / scale, 0), 1);
  };
  const heights = makeGrid(width, height, (x, y) => {
    const index = y * width + x;
    const stone = stones[owners[index] ?? -1];
    const grain = fractalNoise(x / (2.5 * scale), y / (2.5 * scale), 5, 2);
    if (stone === undefined || cover(index, x, y) === 0) return 0.35 * scale * grain;
    const bevel = Math.min(Math.max((edges[index] ?? 0) - joint, 0) / (1.9 * scale), 1);
    const lean = stone.leanX * (x - stone.tile.x) + stone.leanY * (y - stone.tile.y);
    return scale * (0.5 + 1.5 * Math.sqrt(bevel * (2 - bevel)) + 0.16 * grain) + lean;
  });
  const { diffuse, gloss } = lightRelief(heights, 26);
  return paintCanvas(width, height, (index, x, y) => {
    const speck = fractalNoise(x / (1.6 * scale), y / (1.6 * scale), 9, 2);
    const mortar = lit(MORTAR, (0.8 + 0.4 * speck) * (0.35 + 0.65 * (diffuse[index] ?? 1)));
    const stone = stones[owners[index] ?? -1];
    if (stone === undefined) return mortar;
    const vein = 1 + 0.1 * fractalNoise(x / (9 * scale) + stone.leanX * 90, y / (5 * scale), 13, 3) + 0.05 * speck;
    const light = vein * (0.3 + 0.7 * (diffuse[index] ?? 1));
    const shine = 95 * stone.polish * (gloss[index] ?? 0) ** 2;
    const [red, green, blue] = lit(stone.colour, light);
    return mix(mortar, [red + shine, green + shine, blue + shine], cover(index, x, y));
  });
}

interface Stone {
  readonly tile: Tile;
  readonly colour: Colour;
  /** How much its top leans, in pixels for each pixel. */
  readonly leanX: number;
  readonly leanY: number;
  readonly polish: number;
}

function cutStone(ground: Ground, tile: Tile, scale: number, random: Random): Stone {
  const place = { x: tile.x / scale, y: tile.y / scale };
  const base = mosaicAreas[tile.label - 1]?.colourAt(place, rowOf(ground, tile)) ?? MORTAR;
  return {
    tile,
    colour: vary(base, { light: 0.13, hue: 10 }, random),
    leanX: spread(random, 0.13),
    leanY: spread(random, 0.13),
    polish: random(),
  };
}
