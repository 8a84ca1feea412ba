import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { psnr } from '../../src/image/compare.ts';
import { cropPicture, mirrorPicture } from '../../src/image/crop.ts';
import {
  fromPlanar,
  haveSameProportions,
  type Picture,
  sizeWithLongSide,
  sizeWithShortSide,
  toPlanar,
} from '../../src/image/picture.ts';
import { colourAt, plainPicture, smoothPicture } from '../helpers/pictures.ts';

const anyPicture: fc.Arbitrary<Picture> = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) => {
    const length = 3 * width * height;
    return fc.uint8Array({ minLength: length, maxLength: length }).map((data): Picture => ({ width, height, data }));
  });

describe('proportions', () => {
  it('are the same of a size and that size scaled, however it is rounded', () => {
    const side = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(side, side, side, (width, height, longSide) => {
        const scaled = sizeWithLongSide({ width, height }, longSide);
        return haveSameProportions({ width, height }, scaled) && haveSameProportions(scaled, { width, height });
      }),
    );
  });

  it('differ of a picture and that picture on its side, and of one that was cropped', () => {
    expect(haveSameProportions({ width: 40, height: 30 }, { width: 30, height: 40 })).toBe(false);
    expect(haveSameProportions({ width: 4000, height: 3000 }, { width: 4000, height: 2990 })).toBe(false);
  });
});

describe('planar tensors', () => {
  it('hold the red plane, then green, then blue', () => {
    const picture = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    expect([...toPlanar(picture)]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('give the same picture back', () => {
    fc.assert(
      fc.property(anyPicture, (picture) => {
        expect(fromPlanar(toPlanar(picture), picture.width, picture.height)).toEqual(picture);
      }),
    );
  });

  it('are written into a batch at an offset', () => {
    const picture = plainPicture(1, 1, [7, 8, 9]);
    expect([...toPlanar(picture, new Float32Array(6), 3)]).toEqual([0, 0, 0, 7, 8, 9]);
    expect(() => toPlanar(picture, new Float32Array(6), 4)).toThrow('Expected room for 3 values from offset 4');
  });

  it('are rounded and clamped', () => {
    expect([...fromPlanar(Float32Array.of(-3, 254.6, 300), 1, 1).data]).toEqual([0, 255, 255]);
    expect([...fromPlanar(Float32Array.of(0.4, 0.6, 127.49), 1, 1).data]).toEqual([0, 1, 127]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('with %s are refused, and the pixel is named', (value) => {
    const data = new Float32Array(12);
    data[4 + 3] = value;
    expect(() => fromPlanar(data, 2, 2)).toThrow(`channel 1 at (1, 1) is ${value}`);
  });

  it('of a wrong length are refused', () => {
    expect(() => fromPlanar(new Float32Array(11), 2, 2)).toThrow('Expected 12 values of planar RGB for 2×2 pixels');
    expect(() => toPlanar({ width: 2, height: 2, data: new Uint8Array(16) })).toThrow('Expected 12 bytes of RGB');
  });
});

describe('sizeWithShortSide', () => {
  it('keeps the proportions of landscape, portrait and square pictures', () => {
    expect(sizeWithShortSide({ width: 481, height: 321 }, 256)).toEqual({ width: 384, height: 256 });
    expect(sizeWithShortSide({ width: 321, height: 481 }, 256)).toEqual({ width: 256, height: 384 });
    expect(sizeWithShortSide({ width: 50, height: 50 }, 100)).toEqual({ width: 100, height: 100 });
  });
});

describe('cropPicture', () => {
  const picture = smoothPicture(9, 7);

  it('cuts the window', () => {
    const cut = cropPicture(picture, { left: 2, top: 3, size: 4, mirror: false });
    expect([cut.width, cut.height]).toEqual([4, 4]);
    expect(colourAt(cut, 0, 0)).toEqual(colourAt(picture, 2, 3));
    expect(colourAt(cut, 3, 1)).toEqual(colourAt(picture, 5, 4));
  });

  it('mirrors the window left to right', () => {
    const cut = cropPicture(picture, { left: 2, top: 3, size: 4, mirror: true });
    expect(colourAt(cut, 0, 0)).toEqual(colourAt(picture, 5, 3));
    expect(colourAt(cut, 3, 2)).toEqual(colourAt(picture, 2, 5));
    expect(mirrorPicture(mirrorPicture(picture))).toEqual(picture);
  });

  it('refuses a window that reaches beyond the picture', () => {
    expect(() => cropPicture(picture, { left: 6, top: 0, size: 4, mirror: false })).toThrow(
      'Expected a window inside 9×7 pixels but received 4×4 at (6, 0)',
    );
  });
});

describe('psnr', () => {
  it('is 10 log10(255² / mean squared error)', () => {
    const [a, b] = [plainPicture(3, 2, [10, 20, 30]), plainPicture(3, 2, [15, 25, 35])];
    expect(psnr(a, b)).toBeCloseTo(20 * Math.log10(255 / 5), 10);
    expect(psnr(a, a)).toBe(Number.POSITIVE_INFINITY);
  });

  it('falls below the bounds of the decoding tests for exchanged channels and for a mirrored picture', () => {
    const picture = smoothPicture();
    const exchanged = Uint8Array.from(picture.data, (_, i) => picture.data[i - (i % 3) + 2 - (i % 3)] ?? 0);
    expect(psnr(picture, { ...picture, data: exchanged })).toBeLessThan(20);
    expect(psnr(picture, mirrorPicture(picture))).toBeLessThan(20);
  });

  it('refuses pictures of different sizes', () => {
    expect(() => psnr(plainPicture(1, 2, [0, 0, 0]), plainPicture(2, 1, [0, 0, 0]))).toThrow('1×2 and 2×1');
  });
});
