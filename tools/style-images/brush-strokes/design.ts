import { along, type Colour, mix, type Palette, palette } from '../shared/colour.ts';
import { fractalNoise } from '../shared/noise.ts';
import type { Point } from '../shared/point-index.ts';
import { type Random, spread } from '../shared/random.ts';
import type { Flow } from '../shared/streamlines.ts';

/** One area of the picture and how it is painted. All positions and lengths are in units of the picture. */
export interface PaintedArea {
  /** SVG of the outline. */
  readonly svg: string;
  /** The direction of the strokes. */
  readonly flow: Flow;
  /** The colour on the brush for a stroke that begins at a position. */
  readonly colourAt: (x: number, y: number, random: Random) => Colour;
  /** The width and length of its strokes. */
  readonly width: number;
  readonly length: number;
  /** The colours of its outline, if it has one. */
  readonly outline?: Palette;
}

/** The size that the coordinates refer to. */
export const paintingSize = { width: 960, height: 768 };

const MOON = { x: 742, y: 150 };
/** Where the air turns: the middle, the size and the strength of each whirl. */
const WHIRLS = [
  { x: 300, y: 170, size: 105, strength: 150 },
  { x: 500, y: 250, size: 70, strength: -95 },
  { ...MOON, size: 95, strength: 150 },
  { x: 90, y: 60, size: 70, strength: -80 },
  { x: 930, y: 320, size: 70, strength: -70 },
  { x: 530, y: 60, size: 60, strength: 70 },
];

const air = palette('#1d2f86', '#2450ab', '#2f7fc9', '#58b0d8', '#a5dbd6', '#e9f1d8', '#7fc4c9', '#3b74c4', '#5a4fae');
const glow = palette('#fff6cf', '#ffe27a', '#fdbf3b', '#f6d98a', '#cfe6b8');
const farHills = palette('#27367f', '#3d57a6', '#6a7cc0', '#9b86c4', '#4a6fb5', '#c5a3cf');
const nearHills = palette('#1f5f5a', '#2f8a68', '#5fae62', '#a3c65a', '#3f7f8f', '#d7d66a');
const cypress = palette('#0f2b2b', '#174436', '#25653f', '#4c8a3c', '#9aa83a', '#123a52', '#5b3a2a');
const wheat = palette(
  '#7d5a86',
  '#9a4f1c',
  '#cf7f1c',
  '#f0ae2a',
  '#ffdc6b',
  '#e89a24',
  '#b9a93c',
  '#fff0b4',
  '#d9782a',
);
const grass = palette('#1e5a35', '#3b8a3a', '#79b23f', '#c3cf4f', '#2a7a6a', '#e8e07a');
const poppy = palette('#a3141f', '#d9281f', '#f1553a', '#ff8a5c');
const wall = palette('#f3e7cf', '#e6cfae', '#fdf6e4', '#c9c2d6');
const roof = palette('#b23a1e', '#d95b28', '#ef8a3f', '#8a2c22');
const bush = palette('#12303f', '#1c5a48', '#3f8a3f', '#8fb23f', '#d6d35a');
const ink = palette('#16245a', '#22357a', '#121c44');
const shade = palette('#0d2a2e', '#123a3a', '#1a2550');

/** The areas of the picture, the ones at the back first: wheat and cypresses below a turning sky. */
export const paintedAreas: readonly PaintedArea[] = [
  { svg: '<rect width="960" height="768"/>', flow: windAt, colourAt: skyColour, width: 15, length: 74 },
  area(
    'M -10 440 L 60 405 C 120 370 180 352 240 372 C 300 390 340 424 400 408 C 470 388 520 346 600 352 C 680 358 720 408 790 404 C 860 400 910 366 970 372 V 560 H -10 Z',
    {
      flow: (x, y) => 0.5 * Math.cos(x / 58) + 0.5 * fractalNoise(x / 60, y / 40, 3),
      colours: farHills,
      tone: (x, y) => 0.5 + 0.6 * fractalNoise(x / 70, y / 24, 5),
      width: 12,
      length: 56,
      outline: ink,
    },
  ),
  area('M -10 470 C 80 440 170 436 260 462 C 360 490 470 486 560 462 C 660 436 780 446 970 484 V 600 H -10 Z', {
    flow: (x, y) => 0.35 * Math.sin(x / 85) + 0.6 * fractalNoise(x / 50, y / 30, 7),
    colours: nearHills,
    tone: (x, y) => 0.5 + 0.7 * fractalNoise(x / 55, y / 20, 9),
    width: 11,
    length: 46,
    outline: shade,
  }),
  ...farmhouse(),
  ...[
    [300, 500, 46, 28],
    [378, 508, 34, 22],
    [592, 500, 52, 28],
    [668, 512, 36, 22],
    [880, 512, 64, 30],
  ].map(([x = 0, y = 0, halfWidth = 0, halfHeight = 0]) => ({
    ...area('', {
      flow: (u, v) => Math.atan2((v - y - halfHeight) / halfHeight, (u - x) / halfWidth) + Math.PI / 2,
      colours: bush,
      tone: (u, v) => 0.45 - (v - y) / (2.4 * halfHeight) + 0.5 * fractalNoise(u / 12, v / 12, 15),
      width: 8,
      length: 24,
      outline: shade,
    }),
    svg: `<ellipse cx="${x}" cy="${y}" rx="${halfWidth}" ry="${halfHeight}"/>`,
  })),
  area('M -10 530 C 160 506 330 520 480 512 C 640 504 820 528 970 516 V 780 H -10 Z', {
    flow: (x, y) => -Math.PI / 2 + 0.55 * Math.sin(x / 95 + y / 60) + 0.5 * fractalNoise(x / 50, y / 50, 11) + 0.25,
    colours: wheat,
    tone: (x, y) => 0.52 + 0.24 * Math.sin(y / 13 + x / 70) + 0.75 * fractalNoise(x / 60, y / 22, 13),
    width: 11,
    length: 58,
  }),
  area('M -10 690 C 120 648 260 672 400 700 C 560 732 760 690 970 668 V 790 H -10 Z', {
    flow: (x, y) => -Math.PI / 2 + 0.7 * Math.sin(x / 46 + y / 30) + 0.4 * fractalNoise(x / 30, y / 30, 17),
    colours: grass,
    tone: (x, y) => 0.5 + 0.8 * fractalNoise(x / 40, y / 24, 19),
    width: 12,
    length: 46,
  }),
  ...poppies(),
  tree(
    'M 60 720 C 20 640 44 560 52 480 C 58 390 70 300 112 150 C 130 220 150 300 160 390 C 172 480 196 560 186 640 C 182 690 150 722 118 728 Z',
  ),
  tree(
    'M 176 716 C 150 660 168 600 176 540 C 184 460 196 400 222 322 C 240 400 258 460 264 540 C 272 610 280 670 248 712 Z',
  ),
];

interface AreaOptions extends Omit<PaintedArea, 'svg' | 'colourAt'> {
  readonly colours: Palette;
  /** The place along the colours, 0 to 1. */
  readonly tone: (x: number, y: number) => number;
}

function area(path: string, { colours, tone, ...strokes }: AreaOptions): PaintedArea {
  const colourAt = (x: number, y: number, random: Random) => along(colours, tone(x, y) + spread(random, 0.22));
  return { svg: `<path d="${path}"/>`, colourAt, ...strokes };
}

/** A cypress that burns upwards like a flame. */
function tree(path: string): PaintedArea {
  return area(path, {
    flow: (x, y) => -Math.PI / 2 + 0.62 * Math.sin(y / 44 + x / 30) + 0.3 * fractalNoise(x / 24, y / 40, 21),
    colours: cypress,
    tone: (x, y) => 0.42 + 0.8 * fractalNoise(x / 16, y / 50, 23),
    width: 11,
    length: 52,
  });
}

function farmhouse(): readonly PaintedArea[] {
  const across = (slope: number) => () => slope;
  return [
    area('M 440 466 H 530 V 530 H 440 Z', {
      flow: across(0),
      colours: wall,
      tone: () => 0.4,
      width: 8,
      length: 34,
      outline: ink,
    }),
    area('M 530 466 L 566 456 V 526 H 530 Z', {
      flow: across(1.57),
      colours: palette('#8f86b8', '#b4a5c8', '#6f6aa6'),
      tone: () => 0.5,
      width: 8,
      length: 30,
      outline: ink,
    }),
    area('M 428 470 L 458 424 L 548 418 L 576 458 L 532 472 Z', {
      flow: across(0.1),
      colours: roof,
      tone: () => 0.5,
      width: 8,
      length: 40,
      outline: ink,
    }),
    area('M 476 530 V 494 H 494 V 530 Z', {
      flow: across(1.57),
      colours: palette('#1f4f8a', '#2f6fb0'),
      tone: () => 0.5,
      width: 7,
      length: 26,
      outline: ink,
    }),
  ];
}

function poppies(): readonly PaintedArea[] {
  return Array.from({ length: 46 }, (_, index) => {
    const depth = index / 46;
    // Steps of the golden section spread them without a pattern.
    const x = 960 * ((index * 0.618 + 0.08 * fractalNoise(index, 0, 29) + 1) % 1);
    const y = 612 + 150 * depth ** 1.4;
    const radius = 4 + 9 * depth;
    return {
      ...area('', {
        flow: (u) => 0.5 * Math.sin(7 * index) + (u - x) / (2 * radius),
        colours: poppy,
        tone: (_u, v) => 0.5 - (v - y) / (2 * radius),
        width: radius,
        length: 1.8 * radius,
      }),
      svg: `<ellipse cx="${x}" cy="${y}" rx="${radius}" ry="${0.8 * radius}"/>`,
    };
  });
}

/** What the wind keeps along its way: its lines are where this stays the same. */
function streamAt(x: number, y: number): number {
  const calm = y + 16 * Math.sin(x / 90) + 30 * fractalNoise(x / 160, y / 120, 1);
  return WHIRLS.reduce((sum, { size, strength, ...middle }) => {
    const distance = Math.hypot(x - middle.x, y - middle.y);
    return sum + strength * Math.exp(-((distance / size) ** 2) / 2) * 1.6;
  }, calm);
}

function windAt(x: number, y: number): number {
  const right = streamAt(x + 1, y) - streamAt(x - 1, y);
  const down = streamAt(x, y + 1) - streamAt(x, y - 1);
  return Math.atan2(down, right) + Math.PI / 2;
}

function skyColour(x: number, y: number, random: Random): Colour {
  const band = 0.5 + 0.5 * Math.sin(streamAt(x, y) / 25 + 1.4 * fractalNoise(x / 120, y / 80, 2));
  const blue = along(air, 0.92 * band + spread(random, 0.16));
  const fromMoon = distanceFrom(MOON, x, y) / 118;
  return mix(along(glow, fromMoon + spread(random, 0.15)), blue, Math.min(Math.max(3 * (fromMoon - 0.72), 0), 1));
}

function distanceFrom({ x, y }: Point, u: number, v: number): number {
  return Math.hypot(u - x, v - y);
}
