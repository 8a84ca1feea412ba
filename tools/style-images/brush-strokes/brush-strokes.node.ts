import type { Picture } from '../../../src/image/picture.ts';
import { type Canvas, paintCanvas, toPicture } from '../shared/canvas.ts';
import { type Colour, lit, vary } from '../shared/colour.ts';
import { contourFlow } from '../shared/contour-flow.ts';
import { distanceToBorders } from '../shared/distance.ts';
import type { Grid } from '../shared/grid.ts';
import { drawLabels } from '../shared/labels.node.ts';
import { noise } from '../shared/noise.ts';
import type { Point } from '../shared/point-index.ts';
import { choose, type Random, randomSequence, spread } from '../shared/random.ts';
import { lightRelief } from '../shared/relief.ts';
import { type Flow, traceLine } from '../shared/streamlines.ts';
import { type PaintedArea, paintedAreas, paintingSize } from './design.ts';
import { layStroke, type Paint, prepareCanvas, type Stroke } from './stroke.ts';

const SEED = 23;
/** The colour of the primed canvas. */
const GROUND: Colour = [188, 150, 104];
/** Each coat's size of strokes and thickness of paint, in parts of the area's own and in units of the picture. */
const COATS = [
  { size: 1.5, load: 0.7 },
  { size: 1, load: 1.1 },
  { size: 0.66, load: 1.3 },
];

/** What a painter sees of the picture, in pixels. */
interface View {
  readonly scale: number;
  readonly labels: Uint8Array;
  /** Around each label. */
  readonly bounds: ReadonlyMap<number, Bounds>;
  readonly borders: Grid;
  readonly contour: Flow;
}

/**
 * Draws a painting in thick strokes: wheat and cypresses below a turning sky.
 * @param scale pixels for each unit of the design
 */
export async function drawBrushStrokes(scale: number): Promise<Picture> {
  const [width, height] = [paintingSize.width * scale, paintingSize.height * scale];
  const svgs = paintedAreas.map(({ svg }) => svg);
  const labels = await drawLabels(svgs, paintingSize, scale);
  const borders = distanceToBorders(width, height, labels);
  const view = { scale, labels, bounds: boundsOf(labels, width), borders, contour: contourFlow(borders, 4 * scale) };
  const random = randomSequence(SEED);
  const paint = prepareCanvas(
    width,
    height,
    GROUND,
    (x, y) => 0.25 * scale * noise(x / (2 * scale), y / (2 * scale), 1),
  );
  for (const [number, area] of paintedAreas.entries()) {
    for (const { size, load } of COATS) {
      for (const start of scattered(view, number + 1, 0.62 * size * area.width * scale, random)) {
        layStroke(paint, areaStroke(view, area, { start, size, load, label: number + 1 }, random));
      }
    }
    const { outline } = area;
    if (outline === undefined) continue;
    for (const start of outlineStarts(view, number + 1, random)) {
      layStroke(paint, outlineStroke(view, start, choose(random, outline), random));
    }
  }
  return toPicture(varnish(paint, scale));
}

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const NOWHERE: Bounds = { left: 0, top: 0, right: -1, bottom: -1 };

/** The smallest rectangle around the pixels of each label. */
function boundsOf(labels: Uint8Array, width: number): ReadonlyMap<number, Bounds> {
  const bounds = new Map<number, Bounds>();
  for (const [index, label] of labels.entries()) {
    const [x, y] = [index % width, Math.floor(index / width)];
    const known = bounds.get(label);
    if (known === undefined) bounds.set(label, { left: x, top: y, right: x, bottom: y });
    else if (x < known.left || x > known.right || y > known.bottom) {
      bounds.set(label, { ...known, left: Math.min(known.left, x), right: Math.max(known.right, x), bottom: y });
    }
  }
  return bounds;
}

/** Places about evenly over an area, in random order. */
function scattered(
  { labels, borders, bounds }: View,
  label: number,
  spacing: number,
  random: Random,
): readonly Point[] {
  const { width, height } = borders;
  const places: { readonly point: Point; readonly turn: number }[] = [];
  const { left, top, right, bottom } = bounds.get(label) ?? NOWHERE;
  for (let y = top; y <= bottom; y += spacing) {
    for (let x = left; x <= right; x += spacing) {
      const point = { x: x + spread(random, spacing / 2), y: y + spread(random, spacing / 2) };
      const [column, row] = [Math.round(point.x), Math.round(point.y)];
      if (column < 0 || row < 0 || column >= width || row >= height) continue;
      if (labels[row * width + column] === label && random() < 0.62) places.push({ point, turn: random() });
    }
  }
  return places.sort((a, b) => a.turn - b.turn).map(({ point }) => point);
}

interface Touch {
  readonly start: Point;
  readonly size: number;
  readonly load: number;
  readonly label: number;
}

function areaStroke(view: View, area: PaintedArea, { start, size, load, label }: Touch, random: Random): Stroke {
  const { scale, labels, borders } = view;
  const step = 3 * scale;
  const half = Math.max(Math.round((area.length * size * (1 + spread(random, 0.4)) * scale) / step / 2), 2);
  const turn = spread(random, 0.16);
  const take = ({ x, y }: Point, place: number) => {
    if (Math.abs(place) > half) return false;
    const [column, row] = [Math.round(x), Math.round(y)];
    if (column < 0 || row < 0 || column >= borders.width || row >= borders.height) return Math.abs(place) < 3;
    return Math.abs(place) < 2 || labels[row * borders.width + column] === label;
  };
  const flow: Flow = (x, y) => area.flow(x / scale, y / scale) + turn;
  const base = area.colourAt(start.x / scale, start.y / scale, random);
  return {
    points: traceLine(start, { flow, step, take }),
    halfWidth: (area.width * size * (1 + spread(random, 0.25)) * scale) / 2,
    colours: [vary(base, { light: 0.12, hue: 12 }, random), vary(base, { light: 0.28, hue: 26 }, random)],
    seed: Math.floor(random() * 2 ** 30),
    load: load * scale,
  };
}

function outlineStarts(view: View, label: number, random: Random): readonly Point[] {
  return scattered(view, label, 4 * view.scale, random).filter(
    ({ x, y }) => (view.borders.data[Math.round(y) * view.borders.width + Math.round(x)] ?? 0) < 2.5 * view.scale,
  );
}

function outlineStroke({ scale, borders, contour }: View, start: Point, base: Colour, random: Random): Stroke {
  const take = ({ x, y }: Point, place: number) =>
    Math.abs(place) < 2 ||
    (Math.abs(place) < 8 && (borders.data[Math.round(y) * borders.width + Math.round(x)] ?? 0) < 5 * scale);
  return {
    points: traceLine(start, { flow: contour, step: 3 * scale, take }),
    halfWidth: (1.3 + 1.2 * random()) * scale,
    colours: [base, vary(base, { light: 0.4, hue: 20 }, random)],
    seed: Math.floor(random() * 2 ** 30),
    load: 0.9 * scale,
  };
}

/** The painting in the light of a window on its left. */
function varnish({ colours, thickness }: Paint, scale: number): Canvas {
  const { width, height, data } = colours;
  const { diffuse, gloss } = lightRelief({ width, height, data: thickness.data.map((value) => value * 0.8) }, 30);
  return paintCanvas(width, height, (index) => {
    const light = 0.42 + 0.58 * (diffuse[index] ?? 1);
    const shine = 70 * (gloss[index] ?? 0) ** 3 * Math.min(scale, 1);
    const offset = 3 * index;
    const [red, green, blue] = lit([data[offset] ?? 0, data[offset + 1] ?? 0, data[offset + 2] ?? 0], light);
    return [red + shine, green + shine, blue + shine];
  });
}
