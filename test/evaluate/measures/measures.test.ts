import { describe, expect, it } from 'vitest';
import { faults } from '../../../src/evaluate/doctor/faults.ts';
import { borderStep } from '../../../src/evaluate/measures/border.ts';
import { dropletDensity } from '../../../src/evaluate/measures/droplets.ts';
import { haloStrength } from '../../../src/evaluate/measures/halo.ts';
import { latticeStrength } from '../../../src/evaluate/measures/lattice.ts';
import { lostColours } from '../../../src/evaluate/measures/lost-colours.ts';
import { unpaintedShare } from '../../../src/evaluate/measures/unpainted.ts';
import { decodePicture } from '../../../src/image/decode.node.ts';
import type { Picture } from '../../../src/image/picture.ts';
import { resizePicture } from '../../../src/image/resize.node.ts';
import { hasShared, sharedPath } from '../../../tools/shared-data/shared.ts';
import { type Colour, paint } from '../../helpers/pictures.ts';

const size = 320;
const horizon = 192;

/** Grain that looks random and is the same in every run. */
const grain = (x: number, y: number) => {
  const value = Math.sin(x * 12.9898 + y * 78.233) * 43758.5453;
  return value - Math.floor(value) - 0.5;
};

/** An even sky over textured ground, with a dark tower before the sky. */
const isTower = (x: number, y: number) => x >= 60 && x < 100 && y >= 50;
const isSky = (x: number, y: number) => y < horizon && !isTower(x, y);
const grey = (level: number): Colour => [level, level, level];
const photograph = paint(size, size, (x, y) => {
  if (isTower(x, y)) return grey(40);
  return isSky(x, y) ? grey(190) : grey(110 + 90 * grain(x >> 2, y >> 2));
});

/** Painted as it should be: strokes all over. */
const strokes = (x: number, y: number) => 50 * grain(x >> 3, y >> 2) + 10 * grain(x, y);
const painted = change(photograph, (level, x, y) => level + strokes(x, y));

function change(picture: Picture, levelAt: (level: number, x: number, y: number) => number): Picture {
  return paint(picture.width, picture.height, (x, y) => {
    const start = 3 * (y * picture.width + x);
    const level = (channel: number) =>
      Math.round(Math.max(0, Math.min(255, levelAt(picture.data[start + channel] ?? 0, x, y))));
    return [level(0), level(1), level(2)];
  });
}

function limitOf(name: string): number {
  const fault = faults.find((each) => each.name === name);
  if (!fault) throw new Error(`Expected a fault called ${name}`);
  return fault.limit;
}

describe('the measures of faults', () => {
  it.each([
    [4, 8],
    [8, 8],
    [16, 16],
  ])('find a lattice of period %i, and none in strokes', (period, amplitude) => {
    const wave = (place: number) => amplitude * Math.cos((2 * Math.PI * place) / period);
    const faulty = change(painted, (level, x, y) => level + wave(x) + wave(y));
    expect(latticeStrength(painted, photograph)).toBeLessThan(limitOf('lattice'));
    expect(latticeStrength(faulty, photograph)).toBeGreaterThan(limitOf('lattice'));
  });

  it('find a grey frame along the border', () => {
    const isFrame = (x: number, y: number) => Math.min(x, y, size - 1 - x, size - 1 - y) < 8;
    const faulty = change(painted, (level, x, y) => (isFrame(x, y) ? 70 : level));
    const strokesOnly = paint(size, size, (x, y) => grey(Math.round(128 + strokes(x, y))));
    expect(borderStep(strokesOnly)).toBeLessThan(limitOf('border'));
    expect(borderStep(faulty)).toBeGreaterThan(limitOf('border'));
  });

  it('find a pale halo around what is dark', () => {
    const besideTower = (x: number) => (x < 60 && x >= 52) || (x >= 100 && x < 108);
    const faulty = change(painted, (level, x, y) => level + (isSky(x, y) && y >= 50 && besideTower(x) ? 50 : 0));
    expect(haloStrength(painted, photograph)).toBeLessThan(limitOf('halo'));
    expect(haloStrength(faulty, photograph)).toBeGreaterThan(limitOf('halo'));
  });

  it('find droplets', () => {
    const isDroplet = (x: number, y: number) => Math.hypot((x % 40) - 20, (y % 40) - 20) < 4 && isSky(x, y);
    const faulty = change(painted, (level, x, y) => (isDroplet(x, y) ? 0 : level));
    expect(dropletDensity(painted, photograph)).toBeLessThan(limitOf('droplets'));
    expect(dropletDensity(faulty, photograph)).toBeGreaterThan(limitOf('droplets'));
  });

  it('find that the colours of the painting are lost', () => {
    const colours = paint(size, size, (x, y) => [Math.min(255, x), Math.min(255, y), 128]);
    const mirrored = paint(size, size, (x, y) => [Math.min(255, size - 1 - x), Math.min(255, y), 128]);
    const faulty = paint(size, size, (x, y) => grey(Math.round((x + y) / 3)));
    expect(lostColours(mirrored, colours)).toBeLessThan(limitOf('lost colours'));
    expect(lostColours(faulty, colours)).toBeGreaterThan(limitOf('lost colours'));
  });

  it('find that the sky is left alone', () => {
    const faulty = change(painted, (level, x, y) => (isSky(x, y) ? 190 : level));
    expect(unpaintedShare(painted, photograph)).toBeLessThan(limitOf('unpainted'));
    expect(unpaintedShare(faulty, photograph)).toBeGreaterThan(limitOf('unpainted'));
  });

  it('do not tell what a picture does not show', () => {
    const even = paint(128, 128, () => [128, 128, 128]);
    expect(borderStep(even)).toBeUndefined();
    expect(haloStrength(even, even)).toBeUndefined();
    expect(unpaintedShare(even, even)).toBeUndefined();
    const small = paint(64, 64, () => [128, 128, 128]);
    expect(latticeStrength(small, small)).toBeUndefined();
  });
});

describe.skipIf(!hasShared)('published pictures of others', () => {
  const published = ['chicago_candy', 'chicago_mosaic', 'chicago_udnie', 'amber-candy', 'amber-mosaic', 'amber-udnie'];
  it.each(published)('%s has none of the faults', { timeout: 120_000 }, async (name) => {
    const [subject = '', style = ''] = name.split(/[-_]/);
    const whole = await decodePicture(sharedPath('data', 'peer-outputs', `${name}.jpg`));
    const original = await decodePicture(sharedPath('data', 'content', `${subject}.jpg`));
    const painting = await decodePicture(sharedPath('data', 'styles', `${style}.jpg`));
    const pair = { stylized: whole, photograph: await resizePicture(original, whole, 'fill'), painting };
    const found = faults.filter((fault) => (fault.measure(pair) ?? 0) > fault.limit).map((fault) => fault.name);
    expect(found).toEqual([]);
  });
});
