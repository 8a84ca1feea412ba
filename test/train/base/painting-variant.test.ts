import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/dataset/random.ts';
import { choosePainting, listPaintings } from '../../../src/train/base/painting-choice.ts';
import { drawVariant, showVariant } from '../../../src/train/base/painting-variant.ts';

const painting = { width: 900, height: 600 };
const variants = Array.from({ length: 60 }, (_, number) => drawVariant(painting, number, randomStream(1, number)));

describe('variants of a painting', () => {
  it('begin with the painting as it is', () => {
    const first = drawVariant(painting, 0, randomStream(3));
    expect(first).toMatchObject({ resized: { width: 384, height: 256 }, mirror: false, colours: undefined });
  });

  it('differ in strokes, part, side and colours, and stay inside the painting', () => {
    for (const { resized, region } of variants) {
      expect(Math.min(resized.width, resized.height)).toBeGreaterThanOrEqual(192);
      expect(Math.min(resized.width, resized.height)).toBeLessThanOrEqual(384);
      expect(region.left + region.width).toBeLessThanOrEqual(resized.width);
      expect(region.top + region.height).toBeLessThanOrEqual(resized.height);
      expect(Math.max(region.width, region.height)).toBeLessThanOrEqual(320);
    }
    expect(new Set(variants.map(({ resized }) => resized.width)).size).toBeGreaterThan(30);
    for (const share of [
      ({ mirror }: (typeof variants)[0]) => mirror,
      ({ colours }: (typeof variants)[0]) => colours,
    ]) {
      const count = variants.filter(share).length;
      expect(count).toBeGreaterThan(15);
      expect(count).toBeLessThan(45);
    }
  });

  it('keep the brightness of colours that they turn', () => {
    const picture = { width: 2, height: 1, data: Uint8Array.of(120, 100, 80, 90, 90, 90) };
    const whole = { left: 0, top: 0, width: 2, height: 1 };
    const turned = showVariant(picture, {
      resized: { width: 2, height: 1 },
      region: whole,
      mirror: false,
      colours: { turn: (2 * Math.PI) / 3, saturation: 1 },
    });
    // A third of a turn moves each colour to the next channel; grey stays.
    expect([...turned.data]).toEqual([80, 120, 100, 90, 90, 90]);
    const plain = { resized: { width: 2, height: 1 }, region: whole, mirror: true, colours: undefined };
    expect([...showVariant(picture, plain).data]).toEqual([90, 90, 90, 120, 100, 80]);
  });
});

describe('the choice of a painting', () => {
  const configuration = { paintings: [['a', 'b'], ['c']], variants: 3, seed: 5 };

  it('shows each group as often as the others, and every variant', () => {
    const chosen = Array.from({ length: 600 }, (_, step) => choosePainting(configuration, step, 0));
    const share = (path: string) => chosen.filter(({ painting }) => painting.path === path).length / chosen.length;
    expect(share('c')).toBeCloseTo(0.5, 1);
    expect(share('a')).toBeCloseTo(0.25, 1);
    expect(new Set(chosen.map(({ variant }) => variant))).toEqual(new Set([0, 1, 2]));
  });

  it('differs from step to step and from part to part, and is the same again', () => {
    const draw = (step: number, part: number) => choosePainting({ ...configuration, variants: 1000 }, step, part);
    expect(draw(7, 1)).toEqual(draw(7, 1));
    expect(draw(7, 1)).not.toEqual(draw(7, 0));
    expect(draw(7, 1)).not.toEqual(draw(8, 1));
  });

  it('counts a painting of two groups once', () => {
    expect(
      listPaintings({
        paintings: [
          ['a', 'b'],
          ['b', 'c'],
        ],
      }).map(({ path, index }) => [path, index]),
    ).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
  });
});
