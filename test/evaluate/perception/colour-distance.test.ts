import { describe, expect, it } from 'vitest';
import { colourDistance, colourQuantiles } from '../../../src/evaluate/perception/colour-distance.ts';
import type { Picture } from '../../../src/image/picture.ts';
import { colourAt, paint, plainPicture, smoothPicture, vividPicture } from '../../helpers/pictures.ts';

const mirrored = (picture: Picture) =>
  paint(picture.width, picture.height, (x, y) => colourAt(picture, picture.width - 1 - x, picture.height - 1 - y));

const enlarged = (picture: Picture) =>
  paint(2 * picture.width, 2 * picture.height, (x, y) => colourAt(picture, x >> 1, y >> 1));

const brighter = (picture: Picture, levels: number): Picture => ({
  ...picture,
  data: picture.data.map((value) => value + levels),
});

const distance = (a: Picture, b: Picture) => colourDistance(colourQuantiles(a), colourQuantiles(b));

describe('the distance of colours', () => {
  it('is 0 for the same colours, wherever and however often they are', () => {
    const picture = smoothPicture();
    expect(distance(picture, picture)).toBe(0);
    expect(distance(mirrored(picture), picture)).toBe(0);
    expect(distance(enlarged(picture), picture)).toBeLessThan(0.2);
  });

  it('is how far all colours are shifted, divided by √3 for the mean over directions', () => {
    const picture = smoothPicture();
    const shift = (levels: number) => distance(brighter(picture, levels), picture);
    // (levels, levels, levels) is levels · √3 long.
    expect(shift(30) / 30).toBeGreaterThan(0.98);
    expect(shift(30) / 30).toBeLessThan(1.02);
    expect(shift(60) / shift(30)).toBeCloseTo(2, 6);
  });

  it('grows as colours go, and knows which colours belong together', () => {
    const painting = vividPicture();
    expect(distance(plainPicture(40, 40, [128, 128, 128]), painting)).toBeGreaterThan(
      distance(smoothPicture(), painting),
    );
    // The same red, green and blue levels, in other company.
    const shuffled = paint(96, 64, (x, y) => {
      const [red, , blue] = colourAt(painting, x, y);
      return [red, colourAt(painting, x, 63 - y)[1], blue];
    });
    const diagonal = paint(96, 64, (x) => [255 * (x / 96), 255 * (x / 96), 128]);
    const opposed = paint(96, 64, (x) => [255 * (x / 96), 255 * (1 - x / 96), 128]);
    expect(distance(shuffled, painting)).toBeLessThan(5);
    expect(distance(opposed, diagonal)).toBeGreaterThan(30);
  });
});
