import { CHANNELS, type Picture } from '../../../src/image/picture.ts';
import { type Canvas, paintCanvas, toPicture } from '../shared/canvas.ts';
import { along, type Colour, lit, mix, vary } from '../shared/colour.ts';
import { distanceTo, distanceToBorders } from '../shared/distance.ts';
import { blur, type Grid, makeGrid } from '../shared/grid.ts';
import { drawLabels } from '../shared/labels.node.ts';
import { fractalNoise, noise } from '../shared/noise.ts';
import { type Random, randomSequence, spread } from '../shared/random.ts';
import { lightRelief } from '../shared/relief.ts';
import { cutGlass, type Glazing, isJoint, type Piece } from './cut-glass.ts';
import { glassAreas, SUN, windowSize } from './design.ts';

const SEED = 31;
/** Half the width of the leads, in units of the picture. */
const LEAD = 3.3;
const LEAD_COLOUR: Colour = [58, 58, 66];

/**
 * Draws a window of stained glass: irises by the water before the evening sun.
 * @param scale pixels for each unit of the design
 */
export async function drawStainedGlass(scale: number): Promise<Picture> {
  const size = { width: windowSize.width * scale, height: windowSize.height * scale };
  const svgs = glassAreas.map(({ svg }) => svg);
  const glazing = cutGlass(await drawLabels(svgs, windowSize, scale), size, scale);
  const borders = distanceToBorders(size.width, size.height, glazing.owners);
  const joints = distanceTo(size.width, size.height, (index) => isJoint(glazing.owners, size.width, index));
  return toPicture(leadWindow(glow(lightGlass(glazing, borders, scale), scale), { borders, joints }, scale));
}

interface Glass {
  readonly colours: readonly [Colour, Colour];
  /** The direction of its streaks. */
  readonly angle: number;
  readonly seed: number;
}

function chooseGlass({ area, middle }: Piece, random: Random): Glass {
  const place = area.toneAt?.(middle.x, middle.y) ?? random();
  const base = along(area.colours, place + spread(random, 0.07));
  const other = along(area.colours, place + spread(random, 0.22));
  return {
    colours: [vary(base, { light: 0.12, hue: 14 }, random), vary(other, { light: 0.25, hue: 20 }, random)],
    angle: spread(random, Math.PI),
    seed: Math.floor(random() * 1000),
  };
}

/** The light that comes through the glass: streaks of colour, waves and bubbles, and the sun behind. */
function lightGlass({ pieces, owners }: Glazing, borders: Grid, scale: number): Canvas {
  const { width, height } = borders;
  const random = randomSequence(SEED);
  const glasses = pieces.map((piece) => chooseGlass(piece, random));
  const waves = makeGrid(width, height, (x, y) => {
    const seed = owners[y * width + x] ?? 0;
    const hammered =
      noise(x / (8 * scale), y / (8 * scale), seed) + 0.4 * noise(x / (3.4 * scale), y / (3.4 * scale), seed);
    return 0.42 * scale * hammered;
  });
  const { diffuse, gloss } = lightRelief(waves, 40);
  return paintCanvas(width, height, (index, x, y) => {
    const glass = glasses[owners[index] ?? 0];
    if (glass === undefined) return LEAD_COLOUR;
    const [u, v] = [x / scale, y / scale];
    const [cos, sin] = [Math.cos(glass.angle), Math.sin(glass.angle)];
    const streak = fractalNoise((cos * u + sin * v) / 70, (cos * v - sin * u) / 9, glass.seed, 3);
    const cloud = fractalNoise(u / 34, v / 34, glass.seed + 5, 2);
    const colour = mix(...glass.colours, Math.min(Math.max(0.42 + 1.2 * streak + 0.5 * cloud, 0), 1));
    // Dirt gathers along the leads; the sun shines strongest through the glass before it.
    const clean = Math.min((borders.data[index] ?? 0) / (26 * scale), 1);
    const sun = Math.exp(-Math.hypot(u - SUN.x, v - SUN.y) / 330);
    const light = (0.66 + 0.42 * Math.sqrt(clean) + 0.3 * sun) * (0.35 + 0.65 * (diffuse[index] ?? 1));
    const sparkle = 46 * (gloss[index] ?? 0) ** 4;
    const [red, green, blue] = lit(colour, light);
    return [red + sparkle, green + sparkle, blue + sparkle];
  });
}

/** Bright glass shines over what is beside it. */
function glow(canvas: Canvas, scale: number): Canvas {
  const { width, height, data } = canvas;
  const halos = Array.from({ length: CHANNELS }, (_, channel) =>
    blur(
      makeGrid(width, height, (x, y) => data[CHANNELS * (y * width + x) + channel] ?? 0),
      Math.round(7 * scale),
    ),
  );
  const haloAt = (channel: number, index: number) => halos[channel]?.data[index] ?? 0;
  return paintCanvas(width, height, (index) => {
    const at = (channel: number) => 0.9 * (data[CHANNELS * index + channel] ?? 0) + 0.14 * haloAt(channel, index);
    return [at(0), at(1), at(2)];
  });
}

interface Leads {
  readonly borders: Grid;
  readonly joints: Grid;
}

/** Lays the leads over the glass: rounded bars, with drops of solder where they meet. */
function leadWindow(glass: Canvas, { borders, joints }: Leads, scale: number): Canvas {
  const { width, height, data } = glass;
  const halfWidth = (index: number, x: number, y: number) => {
    const drop = Math.exp(-(((joints.data[index] ?? 0) / (5.5 * scale)) ** 2));
    return scale * (LEAD + 1.7 * drop + 0.55 * noise(x / (12 * scale), y / (12 * scale), 61));
  };
  const heights = makeGrid(width, height, (x, y) => {
    const index = y * width + x;
    const across = (borders.data[index] ?? 0) / halfWidth(index, x, y);
    const grain = 0.22 * fractalNoise(x / (2.2 * scale), y / (2.2 * scale), 63, 2);
    return across >= 1 ? 0 : scale * (2.6 * Math.sqrt(1 - across * across) + grain);
  });
  const { diffuse, gloss } = lightRelief(heights, 18);
  return paintCanvas(width, height, (index, x, y) => {
    const offset = CHANNELS * index;
    const through: Colour = [data[offset] ?? 0, data[offset + 1] ?? 0, data[offset + 2] ?? 0];
    const beside = (borders.data[index] ?? 0) - halfWidth(index, x, y);
    const cover = Math.min(Math.max(0.5 - beside, 0), 1);
    if (cover === 0) return lit(through, 1 - 0.45 * Math.exp(-beside / (2.2 * scale)));
    const shine = 70 * (gloss[index] ?? 0) ** 2;
    const [red, green, blue] = lit(LEAD_COLOUR, 0.15 + 0.75 * (diffuse[index] ?? 1));
    return mix(
      through,
      [red + shine + 0.05 * through[0], green + shine + 0.05 * through[1], blue + shine + 0.05 * through[2]],
      cover,
    );
  });
}
