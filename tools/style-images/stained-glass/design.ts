import { type Palette, palette } from '../shared/colour.ts';
import type { Point } from '../shared/point-index.ts';

/** One area of the window and the glass that it is filled with. */
export interface GlassArea {
  /** SVG of the outline, in units of the picture. */
  readonly svg: string;
  readonly colours: Palette;
  /** The place of a piece's colour along the colours, 0 to 1; pieces differ by chance where there is none. */
  readonly toneAt?: (x: number, y: number) => number;
  /** The middles of the pieces that it is cut into; one piece where there are none. */
  readonly pieces?: readonly Point[];
}

/** The size that the coordinates refer to. */
export const windowSize = { width: 768, height: 960 };

/** Where the light behind the window is. */
export const SUN = { x: 384, y: 300 };
const SUN_RADIUS = 92;

const sky = palette('#ffd447', '#ff9d2e', '#f2653a', '#d93a6a', '#9b3fb0', '#5a3fc0', '#2f55cf', '#1f6fd0', '#123f9c');
const sunGlass = palette('#fff3b0', '#ffdf5a', '#ffc02e');
const violet = palette('#7b2fc0', '#a050e0', '#c98af0', '#5a1f9c');
const rose = palette('#e0245e', '#ff5a8a', '#ff9ab5', '#b0123f');
const gold = palette('#ffb81f', '#ffd95a', '#ff8f1f');
const leaf = palette('#0f8a4a', '#2fb54a', '#8fd63f', '#0f6f5a');
const hill = palette('#0f7a6a', '#1f9f6a', '#5fc06a', '#a8d65a');
const farHill = palette('#2f6fc0', '#3f9fc0', '#5fc5b5', '#4a5fc0');
const water = palette('#0f4fb0', '#1f85d6', '#4fc5e6', '#a5ecf0', '#1f5fc5', '#2f3fa5');
const frame = palette('#8f0f2f', '#c8142f', '#a01f6a', '#5a2fa5', '#2f45b5', '#1450a8');

/** The areas of the window, the ones at the back first: irises by the water before the evening sun. */
export const glassAreas: readonly GlassArea[] = [
  { svg: '<rect width="768" height="960"/>', colours: frame, toneAt: checkered, pieces: framePieces() },
  {
    svg: '<path d="M 44 916 V 190 C 44 90 180 44 384 44 C 588 44 724 90 724 190 V 916 Z"/>',
    colours: sky,
    toneAt: (x, y) => (Math.hypot(x - SUN.x, y - SUN.y) - SUN_RADIUS) / 400,
    pieces: rings(),
  },
  { svg: `<circle cx="${SUN.x}" cy="${SUN.y}" r="${SUN_RADIUS}"/>`, colours: sunGlass, pieces: spokes(SUN, 58, 11) },
  { svg: `<circle cx="${SUN.x}" cy="${SUN.y}" r="40"/>`, colours: palette('#fffbe0', '#fff6c0') },
  {
    svg: '<path d="M 44 560 C 130 470 230 470 310 530 C 400 590 480 480 590 470 C 660 465 700 490 724 520 V 700 H 44 Z"/>',
    colours: farHill,
    pieces: patches(44, 460, 680, 240, 78),
  },
  {
    svg: '<path d="M 44 640 C 140 580 260 590 360 630 C 470 672 600 590 724 600 V 760 H 44 Z"/>',
    colours: hill,
    pieces: patches(44, 580, 680, 180, 66),
  },
  {
    svg: '<path d="M 44 706 C 200 680 330 720 460 704 C 560 692 650 700 724 690 V 916 H 44 Z"/>',
    colours: water,
    pieces: ripples(),
  },
  blade('M 150 930 C 140 800 90 720 66 600 C 120 690 170 790 178 930 Z'),
  blade('M 205 930 C 220 800 270 720 300 640 C 290 740 250 830 232 930 Z'),
  blade('M 545 930 C 530 810 490 740 452 676 C 510 730 560 820 572 930 Z'),
  blade('M 610 930 C 640 790 690 700 706 620 C 712 720 680 820 640 930 Z'),
  blade('M 360 930 C 350 860 330 820 310 780 C 350 815 376 860 384 930 Z'),
  ...stem('M 190 930 C 200 800 186 700 182 560', 182, 540),
  ...iris({ x: 182, y: 520 }, 88, violet),
  ...stem('M 590 930 C 580 820 600 700 596 600', 596, 590),
  ...iris({ x: 596, y: 560 }, 92, rose),
  ...stem('M 400 930 C 410 850 398 800 392 740', 392, 720),
  ...iris({ x: 392, y: 700 }, 80, violet),
];

/** Ruby and sapphire by turns. */
function checkered(x: number, y: number): number {
  return (Math.round(x / 85) + Math.round(y / 90)) % 2 === 0 ? 0.15 : 0.85;
}

function framePieces(): readonly Point[] {
  const acrossTop = Array.from({ length: 9 }, (_, index) => 43 + index * 85.25);
  const downSides = Array.from({ length: 11 }, (_, index) => 30 + index * 90);
  return [
    ...acrossTop.flatMap((x) => [
      { x, y: 14 },
      { x, y: 946 },
    ]),
    ...downSides.flatMap((y) => [
      { x: 16, y },
      { x: 752, y },
    ]),
    { x: 90, y: 80 },
    { x: 678, y: 80 },
  ];
}

/** Pieces in rings around the sun, more in the outer ones. */
function rings(): readonly Point[] {
  return [122, 184, 254, 330, 410, 490].flatMap((radius, ring) => {
    const count = 13 + 5 * ring;
    return Array.from({ length: count }, (_, index) => {
      const angle = (2 * Math.PI * (index + 0.5 * (ring % 2) + 0.22 * Math.sin(7 * index + 3 * ring))) / count;
      const reach = radius + 13 * Math.sin(5 * index + ring);
      return { x: SUN.x + reach * Math.cos(angle), y: SUN.y + reach * Math.sin(angle) };
    });
  });
}

function spokes(centre: Point, radius: number, count: number): readonly Point[] {
  return Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * (index + 0.3)) / count;
    return { x: centre.x + radius * Math.cos(angle), y: centre.y + radius * Math.sin(angle) };
  });
}

/** Pieces scattered over a rectangle, a size apart, every other row shifted. */
function patches(left: number, top: number, width: number, height: number, size: number): readonly Point[] {
  const rows = Math.ceil(height / size) + 1;
  const columns = Math.ceil(width / size) + 1;
  return Array.from({ length: rows * columns }, (_, index) => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    return {
      x: left + (column + 0.5 * (row % 2) + 0.28 * Math.sin(9 * index)) * size,
      y: top + (row + 0.25 * Math.sin(5 * index + 1)) * size,
    };
  });
}

/** Long flat pieces. */
function ripples(): readonly Point[] {
  return patches(0, 690, 160, 240, 34)
    .flatMap(({ x, y }, index) =>
      [0, 1, 2, 3, 4, 5].map((part) => ({ x: x + part * 150 + 40 * Math.sin(3 * index + part), y })),
    )
    .filter((_, index) => index % 5 === 0);
}

function blade(path: string): GlassArea {
  return { svg: `<path d="${path}"/>`, colours: leaf };
}

function stem(path: string, x: number, y: number): readonly GlassArea[] {
  return [
    { svg: `<path d="${path}" fill="none" stroke="currentColor" stroke-width="17"/>`, colours: leaf },
    {
      svg: `<path d="M ${x - 24} ${y + 44} Q ${x} ${y - 30} ${x + 24} ${y + 44} Q ${x} ${y + 80} ${x - 24} ${y + 44} Z"/>`,
      colours: leaf,
    },
  ];
}

/** A flower of three petals that stand, three that hang, and their golden beards. */
function iris(centre: Point, size: number, colours: Palette): readonly GlassArea[] {
  const standing = [-0.85, 0.85, 0].map((turn) => petal(centre, -Math.PI / 2 + turn, 1.15 * size, 0.5 * size));
  const hanging = [-1.15, 1.15, 0].map((turn) => petal(centre, Math.PI / 2 + turn, size, 0.56 * size));
  const beards = [-1.15, 1.15, 0].map((turn) => petal(centre, Math.PI / 2 + turn, 0.5 * size, 0.15 * size));
  return [
    ...[...standing, ...hanging].map((svg) => ({ svg, colours })),
    ...beards.map((svg) => ({ svg, colours: gold })),
  ];
}

function petal({ x, y }: Point, angle: number, length: number, width: number): string {
  const at = (along: number, across: number) =>
    `${x + along * Math.cos(angle) - across * Math.sin(angle)} ${y + along * Math.sin(angle) + across * Math.cos(angle)}`;
  return `<path d="M ${x} ${y} C ${at(0.3 * length, width)} ${at(0.95 * length, 0.9 * width)} ${at(length, 0)}
    C ${at(0.95 * length, -0.9 * width)} ${at(0.3 * length, -width)} ${x} ${y} Z"/>`;
}
