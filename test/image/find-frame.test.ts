import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeWithin } from '../../src/image/decode.node.ts';
import { findFrame, type Insets, regionWithin } from '../../src/image/find-frame.ts';
import type { Picture } from '../../src/image/picture.ts';
import { hasShared, sharedPath } from '../../tools/shared-data/shared.ts';
import { type Colour, paint } from '../helpers/pictures.ts';
import { seededRandom } from '../helpers/random.ts';

type ColourAt = (x: number, y: number) => Colour;

const nothing: Insets = { left: 0, top: 0, right: 0, bottom: 0 };
const { sin, cos } = Math;

/** Blots of random colours, `size` pixels wide, that run into each other; from 0 to 1. */
function blots(size: number, seed: number): (x: number, y: number) => number {
  const random = seededRandom(seed);
  const columns = Math.ceil(640 / size) + 2;
  const levels = Array.from({ length: columns * columns }, random);
  return (x, y) => {
    const [column, row] = [Math.floor(x / size), Math.floor(y / size)];
    const [right, down] = [x / size - column, y / size - row];
    const level = (across: number, below: number) => levels[(row + below) * columns + column + across] ?? 0;
    const above = (1 - right) * level(0, 0) + right * level(1, 0);
    return (1 - down) * above + down * ((1 - right) * level(0, 1) + right * level(1, 1));
  };
}

/** Forms of several sizes, as a painting has them: darker towards the bottom. */
const forms: ColourAt = (() => {
  const channels = [1, 2, 3].map((seed) => [blots(71, seed), blots(23, 10 + seed), blots(7, 20 + seed)] as const);
  return (x, y) => {
    const level = (channel: number) =>
      (channels[channel] ?? []).reduce((sum, blot, index) => sum + 110 * 0.65 ** index * blot(x, y), 40 - y / 10);
    return [level(0), level(1), level(2)];
  };
})();

/** Dark, with little in it. */
const nocturne: ColourAt = (x, y) => [30 + 9 * sin(x / 9 + y / 31), 26 + 6 * sin(y / 7), 34 + 8 * cos((x - y) / 13)];

/** A colour with the noise of a scan. */
function noisy([red, green, blue]: Colour, amount = 3): ColourAt {
  const random = seededRandom(5);
  return () => {
    const noise = amount * (2 * random() - 1);
    return [red + noise, green + noise, blue + noise];
  };
}

/** Gilded mouldings: lines along each side, with grain. */
function gilded(width: number, height: number): ColourAt {
  const grain = noisy([0, 0, 0], 20);
  return (x, y) => {
    const depth = Math.min(x, y, width - 1 - x, height - 1 - y);
    const light = 150 + 60 * sin(depth / 2.5) + (grain(x, y)[0] ?? 0);
    return [light, 0.8 * light, 0.45 * light];
  };
}

const clamped = (colourAt: ColourAt): ColourAt => {
  const level = (value: number) => Math.max(0, Math.min(255, Math.round(value)));
  return (x, y) => {
    const [red, green, blue] = colourAt(x, y);
    return [level(red), level(green), level(blue)];
  };
};

/** A painting that lies so deep in what surrounds it; the edges lean so many pixels from end to end. */
function surrounded(
  painting: ColourAt,
  around: ColourAt,
  insets: Insets,
  lean = 0,
  width = 420,
  height = 300,
): Picture {
  const { left, top, right, bottom } = insets;
  const isInside = (x: number, y: number) => {
    const [sideways, upright] = [lean * (y / height - 0.5), lean * (x / width - 0.5)];
    const [fromLeft, fromTop] = [x - sideways, y + upright];
    return fromLeft >= left && fromLeft < width - right && fromTop >= top && fromTop < height - bottom;
  };
  return paint(
    width,
    height,
    clamped((x, y) => (isInside(x, y) ? painting(x, y) : around(x, y))),
  );
}

/** Expects what was found to take all of the frame, and hardly any of the painting. */
function expectAbout(found: Insets, insets: Insets, more = 3): void {
  for (const name of ['left', 'top', 'right', 'bottom'] as const) {
    expect.soft(found[name], name).toBeGreaterThanOrEqual(insets[name]);
    expect.soft(found[name], name).toBeLessThanOrEqual(insets[name] + more);
  }
}

const even = (depth: number): Insets => ({ left: depth, top: depth, right: depth, bottom: depth });

describe('findFrame', () => {
  it('leaves paintings without a frame as they are', () => {
    for (const painting of [forms, nocturne]) {
      expect(findFrame(paint(420, 300, clamped(painting)))).toEqual(nothing);
    }
  });

  it('leaves one colour, soft transitions and pictures too small for a frame', () => {
    expect(findFrame(paint(300, 300, () => [20, 120, 60]))).toEqual(nothing);
    expect(findFrame(paint(300, 300, (x, y) => [128 + 100 * sin(x / 20), 128 + 100 * cos(y / 20), 60]))).toEqual(
      nothing,
    );
    expect(findFrame(surrounded(forms, noisy([0, 0, 0]), even(10), 0, 100, 80))).toEqual(nothing);
  });

  it('takes off the black border of a scan, on all sides or on one, around light paintings and dark ones', () => {
    for (const insets of [even(9), { ...nothing, right: 40 }, { left: 14, top: 3, right: 31, bottom: 6 }]) {
      for (const painting of [forms, nocturne]) {
        expectAbout(findFrame(surrounded(painting, noisy([2, 2, 2], 2), insets)), insets);
      }
    }
  });

  it('takes off a gilded frame', () => {
    const insets = { left: 42, top: 39, right: 40, bottom: 41 };
    expectAbout(findFrame(surrounded(forms, gilded(420, 300), insets)), insets);
  });

  it('takes off mount paper, and a frame with the wall on which it hangs', () => {
    const mount = surrounded(forms, noisy([232, 226, 210]), even(30));
    expectAbout(findFrame(mount), even(30));
    const framed: ColourAt = (x, y) => {
      const depth = Math.min(x, y, 419 - x, 299 - y);
      return depth < 22 ? [170, 170, 172] : gilded(420, 300)(x, y);
    };
    expectAbout(findFrame(surrounded(forms, framed, even(50))), even(50));
  });

  it('takes off a border that hangs askew, to its innermost point', () => {
    const found = findFrame(surrounded(forms, noisy([2, 2, 2], 2), even(14), 5));
    expectAbout(found, even(14), 7);
    expect(found.left).toBeGreaterThanOrEqual(16);
  });

  it('leaves a horizon, a table and the pilasters of a painting, which other sides do not have', () => {
    const inPainting: readonly ColourAt[] = [
      (x, y) => (y < 60 ? [170, 190, 220] : forms(x, y)),
      (x, y) => (y >= 250 ? [90, 140, 80] : forms(x, y)),
      (x, y) => (x < 50 || x >= 370 ? [150, 140, 130] : forms(x, y)),
      (x, y) => (y >= 270 ? [35, 28, 24] : forms(x, y)),
    ];
    for (const painting of inPainting) expect(findFrame(paint(420, 300, clamped(painting)))).toEqual(nothing);
  });

  it('leaves a drawn border of several colours, and takes off a carved one of a single tone', () => {
    const tile = (x: number, y: number) => (Math.floor(x / 30) + Math.floor(y / 30)) % 2 === 0;
    const tiles: ColourAt = (x, y) => (tile(x, y) ? [210, 20, 40] : [20, 40, 210]);
    expect(findFrame(surrounded(forms, tiles, even(24)))).toEqual(nothing);
    const carved: ColourAt = (x, y) => (tile(x, y) ? [230, 200, 120] : [190, 160, 80]);
    expectAbout(findFrame(surrounded(forms, carved, even(24))), even(24));
  });

  it('leaves at least half of the width and the height', () => {
    const width = 420;
    const { width: shown, height } = regionWithin(
      { width, height: 300 },
      findFrame(paint(width, 300, clamped(gilded(width, 300)))),
    );
    expect(shown).toBeGreaterThanOrEqual(width / 2);
    expect(height).toBeGreaterThanOrEqual(150);
  });
});

/** What was measured by eye, in parts of the width and the height; pictures of paintings/ in the shared data. */
const framed: readonly (readonly [file: string, insets: Insets])[] = [
  ['joan-of-arc-435621.jpg', { left: 0.043, top: 0.05, right: 0.048, bottom: 0.048 }],
  ['self-portrait-with-two-pupils-436840.jpg', { left: 0.105, top: 0.07, right: 0.1, bottom: 0.09 }],
  ['portrait-of-a-woman-459027.jpg', { left: 0.145, top: 0.11, right: 0.13, bottom: 0.11 }],
  ['cardinal-fernando-ni-o-de-guevara-1541-1-436573.jpg', { left: 0.12, top: 0.027, right: 0.085, bottom: 0.042 }],
  ['water-moon-avalokiteshvara-36029.jpg', { left: 0.055, top: 0.034, right: 0.06, bottom: 0.031 }],
];

const unframed = [
  'irises-436528.jpg',
  'young-lady-in-1866-436964.jpg',
  'francesco-d-este-born-about-1429-437487.jpg',
  'mars-and-venus-united-by-love-437891.jpg',
  'the-kangxi-emperor-s-southern-inspection-49156.jpg',
];

it.each(['brush-strokes', 'mosaic', 'stained-glass', 'woodcut'])('the style image %s has no frame', async (name) => {
  const file = join(import.meta.dirname, `../../artifacts/style-images/${name}.jpg`);
  expect(findFrame(await decodeWithin(file, { longSide: 512 }))).toEqual(nothing);
});

describe.skipIf(!hasShared)('the frames of museum photographs', () => {
  it.each(framed)('%s', async (file, insets) => {
    const picture = await decodeWithin(sharedPath('data', 'paintings', file), { longSide: 512 });
    const found = findFrame(picture);
    const { width, height } = picture;
    const inParts = {
      left: found.left / width,
      right: found.right / width,
      top: found.top / height,
      bottom: found.bottom / height,
    };
    for (const name of ['left', 'top', 'right', 'bottom'] as const) {
      expect.soft(inParts[name], name).toBeGreaterThan(insets[name]);
      expect.soft(inParts[name], name).toBeLessThan(insets[name] + 0.025);
    }
  });

  it.each(unframed)('%s has none', async (file) => {
    expect(findFrame(await decodeWithin(sharedPath('data', 'paintings', file), { longSide: 512 }))).toEqual(nothing);
  });
});
