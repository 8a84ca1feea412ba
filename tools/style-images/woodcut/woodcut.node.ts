import type { Picture } from '../../../src/image/picture.ts';
import { type Canvas, paintCanvas, toPicture } from '../shared/canvas.ts';
import { type Colour, lit, mix } from '../shared/colour.ts';
import { contourFlow } from '../shared/contour-flow.ts';
import { distanceToBorders } from '../shared/distance.ts';
import { type Grid, makeGrid } from '../shared/grid.ts';
import { drawLabels } from '../shared/labels.node.ts';
import { fractalNoise, noise } from '../shared/noise.ts';
import type { Point } from '../shared/point-index.ts';
import { randomSequence } from '../shared/random.ts';
import { fillWithLines } from '../shared/streamlines.ts';
import { carve, divideLine } from './cuts.ts';
import { BLACK, PAPER, woodcutAreas, woodcutSize } from './design.ts';

const SEED = 5;
/** How far the colour blocks were laid beside the key block, in units of the picture. */
const MISREGISTER = { x: 1.6, y: -1.2 };

/** The key block: how far the wood is cut away at each pixel, and which area lies there. */
interface Block {
  readonly cut: Grid;
  readonly labels: Uint8Array;
}

/**
 * Draws a woodcut: a lake before mountains at sunrise.
 * @param scale pixels for each unit of the design
 */
export async function drawWoodcut(scale: number): Promise<Picture> {
  const labels = await drawLabels(
    woodcutAreas.map(({ svg }) => svg),
    woodcutSize,
    scale,
  );
  return toPicture(print(cutBlock(labels, scale), scale));
}

function cutBlock(labels: Uint8Array, scale: number): Block {
  const [width, height] = [woodcutSize.width * scale, woodcutSize.height * scale];
  const borders = distanceToBorders(width, height, labels);
  const contour = contourFlow(borders, 3 * scale);
  const cut = makeGrid(width, height, () => 0);
  const random = randomSequence(SEED);
  const outline = (x: number, y: number) =>
    scale * (1.9 + 1.1 * fractalNoise(x / (30 * scale), y / (30 * scale), 31, 2));
  for (const [number, area] of woodcutAreas.entries()) {
    const inside = (x: number, y: number) => {
      const [column, row] = [Math.round(x), Math.round(y)];
      if (column < 0 || row < 0 || column >= width || row >= height) return false;
      const index = row * width + column;
      return labels[index] === number + 1 && (borders.data[index] ?? 0) > outline(x, y);
    };
    const { flow } = area;
    const lines = fillWithLines(everyFewPixels(width, height, 2 * scale), {
      flow: flow === undefined ? contour : (x, y) => flow(x / scale, y / scale),
      step: 2 * scale,
      inside,
      spacing: () => area.spacing * scale,
      longest: width,
    });
    const widthAt = ({ x, y }: Point) => {
      const cleared = 1 - Math.min(Math.max(area.tone(x / scale, y / scale), 0.06), 0.92);
      return area.spacing * scale * (1.12 * cleared + 0.14 * noise(x / (5 * scale), y / (5 * scale), number));
    };
    for (const line of lines) {
      for (const groove of divideLine(line, area.cut / 2, widthAt, random)) carve(cut, groove);
    }
  }
  // The outlines stand, whatever the cuts beside them took away.
  const kept = cut.data.map((depth, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    return Math.min(depth, Math.max((borders.data[index] ?? 0) - outline(x, y) + 0.5, 0));
  });
  return { cut: { width, height, data: kept }, labels };
}

function* everyFewPixels(width: number, height: number, step: number): Iterable<Point> {
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) yield { x, y };
  }
}

/** Prints the colour blocks and the key block over them on paper. */
function print({ cut, labels }: Block, scale: number): Canvas {
  const { width, height, data } = cut;
  return paintCanvas(width, height, (index, x, y) => {
    const [u, v] = [x / scale, y / scale];
    const fibre = fractalNoise(u / 7, v / 2.2, 41, 3) + 0.6 * fractalNoise(u / 1.3, v / 1.3, 42, 2);
    const paper = lit(PAPER, 1 + 0.045 * fibre);
    const column = Math.min(Math.max(Math.round(x + MISREGISTER.x * scale), 0), width - 1);
    const row = Math.min(Math.max(Math.round(y + MISREGISTER.y * scale), 0), height - 1);
    const ink = woodcutAreas[(labels[row * width + column] ?? 0) - 1]?.ink ?? PAPER;
    const grain = fractalNoise(u / 46, v / 1.7, 51, 3);
    const printed = ink === PAPER ? paper : mix(paper, multiply(ink, paper), 0.9 + 0.16 * grain + 0.08 * fibre);
    // The grain of the plank shows where the ink lay thin.
    const bare = Math.min(Math.max((grain - 0.46) * 6 + 1.4 * fibre - 0.4, 0), 0.6);
    const black = lit(BLACK, 1 + 0.3 * fibre);
    return mix(printed, black, (1 - (data[index] ?? 0)) * (1 - bare));
  });
}

function multiply(ink: Colour, paper: Colour): Colour {
  return [(ink[0] * paper[0]) / PAPER[0], (ink[1] * paper[1]) / PAPER[1], (ink[2] * paper[2]) / PAPER[2]];
}
