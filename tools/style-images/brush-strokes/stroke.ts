import { CHANNELS } from '../../../src/image/picture.ts';
import { type Canvas, paintCanvas } from '../shared/canvas.ts';
import type { Colour } from '../shared/colour.ts';
import { type Grid, makeGrid } from '../shared/grid.ts';
import { visitNearLine } from '../shared/near-line.ts';
import { noise } from '../shared/noise.ts';
import type { Point } from '../shared/point-index.ts';

/** The paint on a canvas: its colours, and how thick it lies. */
export interface Paint {
  readonly colours: Canvas;
  /** In pixels. */
  readonly thickness: Grid;
  /** Where the present stroke touches the canvas: room that is used again for each. */
  readonly footprint: Footprint;
}

/** A canvas before it is painted on. */
export function prepareCanvas(
  width: number,
  height: number,
  ground: Colour,
  weave: (x: number, y: number) => number,
): Paint {
  return {
    colours: paintCanvas(width, height, () => ground),
    thickness: makeGrid(width, height, weave),
    footprint: { place: new Float32Array(width * height), across: new Float32Array(width * height).fill(UNTOUCHED) },
  };
}

interface Footprint {
  /** For each pixel the nearest place of the stroke, in points from its beginning. */
  readonly place: Float32Array;
  /** For each pixel where it is on the brush: -1 at its left side, 1 at its right, UNTOUCHED beyond. */
  readonly across: Float32Array;
}

const UNTOUCHED = 2;

/** One stroke of a loaded brush. */
export interface Stroke {
  /** At least two points. */
  readonly points: readonly Point[];
  /** Half the brush's width, in pixels. */
  readonly halfWidth: number;
  /** The two colours that are not quite mixed on the brush. */
  readonly colours: readonly [Colour, Colour];
  /** A whole number that makes this stroke's bristles its own. */
  readonly seed: number;
  /** How thick the paint is, in pixels. */
  readonly load: number;
}

const BRISTLES = 9;

/** Lays a stroke on the canvas, over what was painted before. */
export function layStroke(paint: Paint, stroke: Stroke): void {
  const { place, across } = paint.footprint;
  for (const index of touchedPixels(paint, stroke)) {
    brushPixel(paint, stroke, { index, place: place[index] ?? 0, across: across[index] ?? 0 });
    across[index] = UNTOUCHED;
  }
}

/** Fills the footprint of a stroke and says which pixels belong to it, each once. */
function touchedPixels({ thickness, footprint }: Paint, { points, halfWidth }: Stroke): readonly number[] {
  const touched: number[] = [];
  visitNearLine(thickness, points, halfWidth, (x, y, place, offset) => {
    const index = y * thickness.width + x;
    const before = footprint.across[index] ?? 0;
    const across = offset / halfWidth;
    if (before === UNTOUCHED) touched.push(index);
    if (Math.abs(across) >= Math.abs(before)) return;
    footprint.across[index] = across;
    footprint.place[index] = place;
  });
  return touched;
}

interface Touched {
  readonly index: number;
  readonly place: number;
  readonly across: number;
}

function brushPixel({ colours, thickness }: Paint, stroke: Stroke, { index, place, across }: Touched): void {
  const { points, halfWidth, seed, load } = stroke;
  const end = place / (points.length - 1);
  const bristle = noise(across * BRISTLES, place / 12, seed);
  // The brush is laid down round and runs dry, bristle by bristle.
  const start = Math.min((place * 2) / halfWidth + 1 - across * across, 1);
  const dry = Math.min(Math.max(2.2 - 2.4 * end + 0.9 * bristle, 0), 1);
  const side = Math.min((1 - Math.abs(across) + 0.12 * bristle) * halfWidth * 0.9, 1);
  const cover = Math.max(start, 0) * dry * Math.max(side, 0);
  if (cover === 0) return;
  const mixed = Math.min(Math.max(0.5 + 0.8 * bristle, 0), 1);
  const offset = CHANNELS * index;
  for (let channel = 0; channel < CHANNELS; channel++) {
    const [one, other] = [stroke.colours[0][channel] ?? 0, stroke.colours[1][channel] ?? 0];
    const under = colours.data[offset + channel] ?? 0;
    colours.data[offset + channel] = under + (one + (other - one) * mixed - under) * cover;
  }
  // Paint is pushed to the sides of the brush and heaps up where it is lifted.
  const ridge = Math.exp(-(((Math.abs(across) - 0.82) / 0.13) ** 2));
  const heap = 0.5 * Math.exp(-(((end - 0.93) / 0.06) ** 2));
  const height = load * (0.55 + 0.5 * bristle + 0.42 * ridge + heap);
  const under = thickness.data[index] ?? 0;
  thickness.data[index] = under + (0.35 * under + height - under) * cover;
}
