import { along, type Colour, mix, type Palette, palette } from '../shared/colour.ts';
import { fractalNoise } from '../shared/noise.ts';
import type { Point } from '../shared/point-index.ts';

/** One area of the picture: its outline and the tiles it is laid with. */
export interface MosaicArea {
  /** SVG of the outline, in units of the picture. */
  readonly svg: string;
  /** The side of its tiles, in units of the picture. */
  readonly side: number;
  /** The colour of a tile. `row` counts from 0 at the area's border. */
  readonly colourAt: (point: Point, row: number) => Colour;
  /** Where rows run in circles around a point; otherwise they follow the area's border. */
  readonly around?: Point;
  /** Where rows begin, if not along the border. */
  readonly starts?: readonly Point[];
}

/** The size that the coordinates refer to. */
export const mosaicSize = { width: 960, height: 768 };

const SUN = { x: 655, y: 240 };

const dawn = palette(
  '#1a1f5e',
  '#2a2f8f',
  '#1f4fae',
  '#2274c4',
  '#2a9ac9',
  '#57bfc6',
  '#a9d9c4',
  '#f2dfa6',
  '#f9bf6b',
  '#f08f5a',
);
const fire = palette('#fff3c4', '#ffe08a', '#fdc23c', '#f79a1e', '#ea6a1b', '#c93d1c');
const farSea = palette('#15708f', '#1f93a3', '#4fc0b5', '#0f5f8a', '#8bd8c4');
const middleSea = palette('#0e3f7c', '#12559a', '#1a77b5', '#2aa0bd', '#0f4a8c');
const nearSea = palette('#0a2257', '#143a86', '#2b2f86', '#1d5fae', '#4a3a94', '#1f86b8');
const foam = palette('#f4f1e4', '#dcecea', '#bfe3e2');
const pearl = palette('#fbe9d4', '#f6cfc0', '#eab4b8', '#f7efe2', '#d9c3d8');
const bark = palette('#8a5a34', '#5d3720', '#3e2417', '#a8764a');
const lightLeaf = palette('#2f7d32', '#57a53a', '#8cc63f', '#c2d94c');
const darkLeaf = palette('#176b3a', '#2a8f4a', '#4db35a', '#93cf6b');
const berry = palette('#7d0f22', '#b3162c', '#dc2f3c', '#f2685c');
const breast = palette('#c4501a', '#e57a1f', '#f39b34', '#f8c06a', '#ef8a2a');
const back = palette('#0f2b74', '#1a46a3', '#2563c9', '#1c3e94');
const turquoise = palette('#0f8ba0', '#1fb5c4', '#5ad6d6', '#a5ecdf', '#17a0bb');
const ivory = palette('#fbf6e6', '#efe2c6', '#fffdf4');
const coal = palette('#15151c', '#25232e', '#0e0e13');

/** The areas of the picture, the ones at the back first: a kingfisher over the sea before the rising sun. */
export const mosaicAreas: readonly MosaicArea[] = [
  { svg: '<rect width="960" height="768"/>', side: 17, around: SUN, colourAt: skyColour },
  {
    svg: `<circle cx="${SUN.x}" cy="${SUN.y}" r="178"/>`,
    side: 15,
    around: SUN,
    starts: Array.from({ length: 12 }, (_, ring) => ({ x: SUN.x + 170.5 - 15 * ring, y: SUN.y })),
    colourAt: (point) => along(fire, Math.hypot(point.x - SUN.x, point.y - SUN.y) / 178 + 0.1 * ripple(point, 24)),
  },
  cloud('M -20 150 C 20 95 70 95 95 125 C 120 80 190 90 195 135 C 240 120 275 150 255 180 C 180 200 60 205 -20 190 Z'),
  cloud(
    'M 800 420 C 820 380 860 385 875 405 C 900 375 950 385 980 420 L 980 462 C 920 470 850 470 800 450 C 785 440 788 428 800 420 Z',
  ),
  ...wave(farSea, { level: 600, crest: 42, length: 210, shift: 40 }),
  ...wave(middleSea, { level: 672, crest: 46, length: 240, shift: -60 }),
  ...wave(nearSea, { level: 745, crest: 50, length: 260, shift: 70 }),
  shape(
    'M -20 668 C 120 640 260 622 400 606 C 560 588 760 590 980 520 L 980 548 C 780 622 590 622 420 634 C 280 648 130 672 -20 706 Z',
    { side: 12, colours: bark, outline: palette('#2b170e', '#3a2013') },
  ),
  leaf('M 150 640 C 150 560 210 500 300 490 C 295 570 240 628 150 640 Z', lightLeaf),
  leaf('M 235 634 C 270 690 350 715 420 690 C 385 640 310 620 235 634 Z', darkLeaf),
  leaf('M 60 652 C 20 600 20 520 60 460 C 105 520 110 600 60 652 Z', darkLeaf),
  leaf('M 800 580 C 800 650 860 700 940 695 C 930 630 880 585 800 580 Z', lightLeaf),
  leaf('M 860 556 C 850 500 880 440 940 420 C 965 475 930 540 860 556 Z', darkLeaf),
  ...[
    [170, 690],
    [215, 700],
    [192, 732],
    [728, 632],
    [772, 618],
  ].map(([x, y]) => ({
    ...shape('', { side: 10, colours: berry, outline: palette('#5d0a1a', '#7d0f22') }),
    svg: `<circle cx="${x}" cy="${y}" r="22"/>`,
  })),
  shape('M 620 520 L 800 668 L 772 692 L 735 690 L 560 548 Z', {
    colours: back,
    outline: palette('#0a1a48', '#122a66'),
  }),
  shape('M 378 290 C 336 370 356 470 430 530 C 490 576 570 580 640 560 L 560 420 L 470 280 Z', {
    colours: breast,
    outline: palette('#8f2f14', '#a83c16'),
  }),
  shape('M 452 262 C 560 240 640 350 700 590 C 600 580 500 520 468 420 C 450 370 440 320 452 262 Z', {
    colours: back,
    outline: palette('#0a1a48', '#122a66'),
  }),
  shape('M 458 268 C 540 258 598 340 622 424 C 570 436 510 420 474 400 C 456 352 448 310 458 268 Z', {
    side: 12,
    colours: turquoise,
    outline: palette('#e8f6ea', '#bfeee4'),
  }),
  shape('M 490 436 C 540 462 600 474 640 470 C 648 496 658 520 664 540 C 590 530 520 490 490 436 Z', {
    colours: palette('#2d7fe0', '#58a6f0', '#1f5fc4', '#8cc8f5'),
  }),
  shape('M 356 214 C 364 140 440 108 505 146 C 552 178 552 240 520 284 C 480 262 420 240 358 234 Z', {
    side: 12,
    colours: palette('#12357f', '#1d55b5', '#2f86d8', '#21b0c8', '#173f96'),
    outline: palette('#0a1a48', '#122a66'),
  }),
  shape('M 362 236 C 410 238 445 250 478 270 C 458 304 405 306 372 280 Z', { side: 10, colours: breast }),
  shape('M 478 270 C 500 262 520 272 524 286 C 514 318 480 330 458 316 C 468 302 474 286 478 270 Z', {
    side: 10,
    colours: ivory,
  }),
  shape('M 368 276 C 400 306 436 308 462 312 C 440 350 388 346 372 306 Z', { side: 10, colours: ivory }),
  shape('M 362 212 L 168 262 L 366 250 Z', { side: 10, colours: coal }),
  shape('M 366 246 L 168 262 L 374 278 Z', { side: 10, colours: palette('#b5452c', '#d3603a', '#8f2f22') }),
  { ...shape('', { side: 9, colours: ivory }), svg: '<circle cx="414" cy="206" r="23"/>' },
  { ...shape('', { side: 9, colours: coal }), svg: '<circle cx="412" cy="206" r="14"/>' },
  shape('M 500 556 l 22 0 l 4 50 l -34 0 Z M 560 560 l 22 0 l 4 44 l -34 0 Z', {
    side: 10,
    colours: palette('#c8322a', '#e2553c', '#96201f'),
  }),
];

interface ShapeOptions {
  readonly side?: number;
  readonly colours: Palette;
  /** The colours of the first row, where it differs. */
  readonly outline?: Palette;
}

function shape(path: string, { side = 13, colours, outline = colours }: ShapeOptions): MosaicArea {
  const colourAt = (point: Point, row: number) => along(row === 0 ? outline : colours, 0.5 + 0.75 * ripple(point, 40));
  return { svg: `<path d="${path}"/>`, side, colourAt };
}

function leaf(path: string, colours: Palette): MosaicArea {
  return shape(path, { side: 12, colours, outline: palette('#0f4a2a', '#176b3a') });
}

function cloud(path: string): MosaicArea {
  return shape(path, { side: 14, colours: pearl, outline: palette('#fffaf0', '#fdeedd') });
}

interface WaveOptions {
  readonly level: number;
  readonly crest: number;
  readonly length: number;
  readonly shift: number;
}

/** A row of breaking waves, and the foam along their crests. */
function wave(colours: Palette, { level, crest, length, shift }: WaveOptions): readonly MosaicArea[] {
  const rise = `c ${length * 0.3} ${crest * -0.2} ${length * 0.42} ${crest * -1.25} ${length * 0.78} ${-crest}`;
  const fall = `c ${length * -0.16} ${crest * 0.15} ${length * -0.1} ${crest * 0.85} ${length * 0.22} ${crest}`;
  const crests = `M ${shift - 2 * length} ${level} ${`${rise} ${fall} `.repeat(8)}`;
  return [
    shape(`${crests} V 900 H -800 Z`, { side: 15, colours }),
    {
      ...shape('', { side: 15, colours: foam }),
      svg: `<path d="${crests}" fill="none" stroke="currentColor" stroke-width="15"/>`,
    },
  ];
}

/** Rays of the sun that grow darker with the distance. */
function skyColour(point: Point, row: number): Colour {
  const [right, down] = [point.x - SUN.x, point.y - SUN.y];
  const distance = (Math.hypot(right, down) - 178) / 560;
  const ray = Math.cos(11 * Math.atan2(down, right) + 0.6 * ripple(point, 120));
  const dusk = 0.97 - distance ** 0.75 + 0.08 * ray + 0.24 * ripple(point, 50);
  return row === 0 ? mix(along(dawn, dusk), [255, 246, 224], 0.3) : along(dawn, dusk);
}

function ripple({ x, y }: Point, size: number): number {
  return fractalNoise(x / size, y / size, 7, 3);
}
