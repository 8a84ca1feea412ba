import { type Colour, colour } from '../shared/colour.ts';
import { fractalNoise } from '../shared/noise.ts';
import type { Point } from '../shared/point-index.ts';
import type { Flow } from '../shared/streamlines.ts';

/** One area of the block: its outline and how it is cut. All positions are in units of the picture. */
export interface WoodcutArea {
  /** SVG of the outline. */
  readonly svg: string;
  /** What is printed below the black. */
  readonly ink: Colour;
  /** The part of black that is left standing, 0 to 1. */
  readonly tone: (x: number, y: number) => number;
  /** The direction of the cuts; where there is none they follow the outline. */
  readonly flow?: Flow;
  /** The distance between neighbouring cuts. */
  readonly spacing: number;
  /** The length of a cut. */
  readonly cut: number;
}

/** The size that the coordinates refer to. */
export const woodcutSize = { width: 960, height: 768 };

/** The colour of the paper, warm as old rag paper is. */
export const PAPER = colour('#f0e4c8');
/** The ink of the key block. */
export const BLACK = colour('#1c1819');

const VERMILION = colour('#d2452b');
const BLUE = colour('#4f8fae');
const MIST = colour('#86a9b4');
const DEEP_BLUE = colour('#2f5f86');
const PINE = colour('#2f7a66');
const OCHRE = colour('#dca445');
const SUN = { x: 330, y: 235 };

/** The areas of the block, the ones at the back first: a lake before mountains at sunrise, a pine and a cottage. */
export const woodcutAreas: readonly WoodcutArea[] = [
  {
    svg: '<rect width="960" height="768"/>',
    ink: PAPER,
    tone: (x, y) => 0.02 + 0.8 * (distance(SUN, x, y) / 760) + 0.3 * fractalNoise(x / 110, y / 60, 3),
    flow: (x, y) => angleAround(SUN, x, y) + 0.7 * fractalNoise(x / 130, y / 90, 5),
    spacing: 9,
    cut: 95,
  },
  {
    svg: `<circle cx="${SUN.x}" cy="${SUN.y}" r="104"/>`,
    ink: VERMILION,
    tone: (_, y) => 0.1 + 0.5 * Math.max((y - SUN.y) / 104, 0) ** 2,
    flow: (x, y) => 0.1 * Math.sin(x / 30 + y / 17),
    spacing: 11,
    cut: 130,
  },
  cloud(
    'M 430 150 C 440 110 490 100 520 120 C 540 80 610 80 630 115 C 680 95 740 110 750 150 C 680 168 520 172 430 150 Z',
  ),
  cloud(
    'M -20 210 C 10 165 70 165 95 190 C 120 150 180 165 185 205 C 225 195 250 215 240 240 C 160 258 40 258 -20 250 Z',
  ),
  cloud('M 60 90 C 80 55 130 55 150 75 C 180 45 240 60 245 95 C 200 110 110 112 60 90 Z'),
  ...mountain(
    'M -10 490 L 40 390 L 75 362 L 130 290 L 172 340 L 200 362 L 262 420 L 350 490 V 540 H -10 Z',
    'M 130 290 L 75 362 L 40 390 L -10 490 L 84 500 L 118 440 L 100 396 L 138 345 Z',
  ),
  ...mountain(
    'M 360 500 L 440 420 L 478 366 L 528 330 L 566 262 L 604 214 L 640 142 L 680 196 L 700 240 L 756 286 L 800 340 L 862 396 L 970 470 V 540 H 360 Z',
    'M 640 142 L 604 214 L 566 262 L 528 330 L 478 366 L 440 420 L 360 500 L 500 505 L 566 420 L 552 370 L 612 300 L 600 256 L 648 200 Z',
  ),
  {
    svg: '<path d="M -10 500 C 90 440 200 448 300 480 C 420 512 560 470 680 462 C 800 455 900 490 970 476 V 570 H -10 Z"/>',
    ink: OCHRE,
    tone: (x, y) => 0.42 + 0.35 * fractalNoise(x / 60, y / 40, 9) + (y - 480) / 260,
    flow: (x, y) => 0.55 * Math.sin(x / 78) + 0.9 * fractalNoise(x / 70, y / 40, 4),
    spacing: 8,
    cut: 55,
  },
  {
    svg: '<path d="M -10 540 C 200 532 300 552 500 540 C 680 530 800 545 970 536 V 780 H -10 Z"/>',
    ink: BLUE,
    tone: (x, y) => 0.5 - 0.32 * Math.exp(-(((x - SUN.x) / 110) ** 2)) + 0.3 * fractalNoise(x / 90, y / 14, 6),
    flow: (x, y) => 0.3 * Math.sin(x / 26 + y / 8) * Math.min((y - 520) / 90, 1),
    spacing: 8.5,
    cut: 70,
  },
  ...[
    [330, 558, 74],
    [322, 578, 56],
    [340, 598, 66],
    [326, 620, 44],
  ].map(([x = 0, y = 0, half = 0]) => ({
    svg: `<path d="M ${x - half} ${y} Q ${x} ${y - 13} ${x + half} ${y} Q ${x} ${y + 13} ${x - half} ${y} Z"/>`,
    ink: VERMILION,
    tone: () => 0.1,
    flow: () => 0,
    spacing: 9,
    cut: 60,
  })),
  { ...plain('M 492 604 Q 560 626 636 600 L 616 628 Q 560 640 510 628 Z', BLACK), tone: () => 0.72 },
  {
    ...plain('M 556 604 L 560 478 C 606 514 628 560 626 598 Z', VERMILION),
    flow: (x, y) => 1.2 + (x - 590) / 160 - (y - 540) / 500,
  },
  {
    ...plain('M 548 602 L 554 500 C 524 530 508 566 506 596 Z', PAPER),
    flow: (x, y) => 1.9 + (x - 530) / 160 - (y - 540) / 500,
  },
  {
    svg: '<path d="M -10 668 C 120 618 300 640 420 682 C 560 730 760 700 970 650 V 780 H -10 Z"/>',
    ink: OCHRE,
    tone: (x, y) => 0.34 + 0.42 * fractalNoise(x / 80, y / 50, 8) + (y - 660) / 300,
    flow: (x, y) => 0.35 * Math.sin(x / 150 + 2) + 0.8 * fractalNoise(x / 90, y / 60, 12),
    spacing: 10,
    cut: 60,
  },
  ...cottage(),
  {
    svg: `<path d="M 752 790 C 790 700 748 600 776 480 C 784 430 796 390 800 320 L 828 322 C 822 420 834 520 830 610 C 830 690 848 740 884 790 Z"/>
      <path d="M 790 470 Q 740 420 690 400 M 815 430 Q 860 390 900 380 M 785 540 Q 740 500 716 492 M 822 520 Q 860 490 884 486" fill="none" stroke="currentColor" stroke-width="13"/>`,
    ink: VERMILION,
    tone: (x, y) => 0.48 + 0.35 * ((x - 790) / 40) + 0.3 * fractalNoise(x / 12, y / 50, 21),
    flow: (x, y) => Math.PI / 2 + 0.4 * fractalNoise(x / 30, y / 45, 17),
    spacing: 8,
    cut: 60,
  },
  needles({ x: 716, y: 500 }, 74, 34),
  needles({ x: 892, y: 492 }, 78, 38),
  needles({ x: 682, y: 402 }, 92, 44),
  needles({ x: 900, y: 388 }, 96, 46),
  needles({ x: 730, y: 310 }, 88, 46),
  needles({ x: 880, y: 290 }, 84, 46),
  needles({ x: 806, y: 236 }, 92, 54),
];

function plain(path: string, ink: Colour): WoodcutArea {
  return { svg: `<path d="${path}"/>`, ink, tone: () => 0.22, spacing: 9, cut: 70 };
}

function cloud(path: string): WoodcutArea {
  const tone = (x: number, y: number) => 0.2 + 0.25 * fractalNoise(x / 40, y / 25, 14);
  return { ...plain(path, PAPER), tone, spacing: 10, cut: 80 };
}

/** A mountain in the shade, and its face in the sun. */
function mountain(outline: string, face: string): readonly WoodcutArea[] {
  const fall = (slope: number) => (x: number, y: number) => slope + 0.75 * fractalNoise(x / 55, y / 75, 2);
  const shade = (x: number, y: number) => 0.58 + 0.4 * fractalNoise(x / 45, y / 70, 16) - (y - 330) / 420;
  return [
    { ...plain(outline, MIST), tone: shade, flow: fall(0.85), spacing: 9, cut: 75 },
    { ...plain(face, PAPER), tone: (x, y) => 0.2 + 0.35 * fractalNoise(x / 30, y / 50, 18), flow: fall(2.1), cut: 60 },
  ];
}

function cottage(): readonly WoodcutArea[] {
  return [
    { ...plain('M 96 616 L 96 690 L 236 702 L 236 616 Z', PAPER), flow: () => 0.06, spacing: 8 },
    { ...plain('M 236 616 L 236 702 L 290 690 L 290 604 Z', OCHRE), tone: () => 0.6, flow: () => -0.2, spacing: 8 },
    { ...plain('M 196 510 L 228 507 L 228 570 L 196 560 Z', VERMILION), tone: () => 0.4, flow: () => 0, spacing: 8 },
    { ...plain('M 78 622 L 150 540 L 252 536 L 304 604 L 240 624 Z', VERMILION), flow: () => 1.05, tone: () => 0.3 },
    { ...plain('M 150 694 L 150 646 L 180 644 L 180 698 Z', DEEP_BLUE), tone: () => 0.6, flow: () => Math.PI / 2 },
    { ...plain('M 110 640 h 26 v 26 h -26 Z M 196 644 h 26 v 28 h -26 Z', OCHRE), tone: () => 0.15 },
  ];
}

/** A cushion of needles that radiate from its lower edge, in the light from the left. */
function needles(centre: Point, halfWidth: number, halfHeight: number): WoodcutArea {
  const count = 22;
  const corners = Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count;
    const reach = index % 2 === 0 ? 1.06 : 0.86;
    return `${centre.x + reach * halfWidth * Math.cos(angle)} ${centre.y + reach * halfHeight * Math.sin(angle)}`;
  });
  const root = { x: centre.x, y: centre.y + 1.3 * halfHeight };
  return {
    svg: `<polygon points="${corners.join(' ')}"/>`,
    ink: PINE,
    tone: (x, y) =>
      0.55 +
      (0.24 * (y - centre.y)) / halfHeight +
      (0.2 * (x - centre.x)) / halfWidth +
      0.25 * fractalNoise(x / 14, y / 14, 23),
    flow: (x, y) => Math.atan2(y - root.y, x - root.x),
    spacing: 7.5,
    cut: 26,
  };
}

function distance(from: Point, x: number, y: number): number {
  return Math.hypot(x - from.x, y - from.y);
}

function angleAround(centre: Point, x: number, y: number): number {
  return Math.atan2(y - centre.y, x - centre.x) + Math.PI / 2;
}
