import { describe, expect, it } from 'vitest';
import { psnr, ssim } from '../../src/image/compare.ts';
import type { Picture } from '../../src/image/picture.ts';
import { paint, plainPicture, smoothPicture } from '../helpers/pictures.ts';
import { seededRandom } from '../helpers/random.ts';

const noisy = (picture: Picture, strength: number): Picture => {
  const random = seededRandom(1);
  const data = Uint8Array.from(picture.data, (value) =>
    Math.min(Math.max(value + strength * (random() - 0.5), 0), 255),
  );
  return { ...picture, data };
};

/** The index at one place, in plain loops over the window, written from the paper. */
function indexAt(a: Picture, b: Picture, left: number, top: number): number {
  const grey = ({ width, data }: Picture, x: number, y: number) => {
    const [r = 0, g = 0, bl = 0] = data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3);
    return 0.299 * r + 0.587 * g + 0.114 * bl;
  };
  const places = Array.from({ length: 121 }, (_, place) => [place % 11, Math.floor(place / 11)] as const);
  const weights = places.map(([x, y]) => Math.exp(-((x - 5) ** 2 + (y - 5) ** 2) / (2 * 1.5 ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (valueAt: (x: number, y: number) => number) =>
    places.reduce((sum, [x, y], place) => sum + ((weights[place] ?? 0) / total) * valueAt(left + x, top + y), 0);
  const [meanA, meanB] = [mean((x, y) => grey(a, x, y)), mean((x, y) => grey(b, x, y))];
  const varianceA = mean((x, y) => (grey(a, x, y) - meanA) ** 2);
  const varianceB = mean((x, y) => (grey(b, x, y) - meanB) ** 2);
  const covariance = mean((x, y) => (grey(a, x, y) - meanA) * (grey(b, x, y) - meanB));
  const [c1, c2] = [6.5025, 58.5225];
  return (
    ((2 * meanA * meanB + c1) * (2 * covariance + c2)) / ((meanA ** 2 + meanB ** 2 + c1) * (varianceA + varianceB + c2))
  );
}

describe('psnr', () => {
  it('is 20 · log10(255 / d) for pictures that differ by d everywhere', () => {
    const ratio = psnr(plainPicture(5, 4, [10, 20, 30]), plainPicture(5, 4, [15, 25, 35]));
    expect(ratio).toBeCloseTo(20 * Math.log10(255 / 5), 10);
  });

  it('is infinite for equal pictures', () => {
    expect(psnr(smoothPicture(), smoothPicture())).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('ssim', () => {
  it('is 1 for equal pictures and falls as noise grows', () => {
    const picture = smoothPicture();
    expect(ssim(picture, picture)).toBeCloseTo(1, 12);
    const values = [8, 32, 128].map((strength) => ssim(picture, noisy(picture, strength)));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(Math.max(...values)).toBeLessThan(1);
    expect(Math.min(...values)).toBeLessThan(0.2);
  });

  it('of two plain pictures is that of their means alone', () => {
    const c1 = (0.01 * 255) ** 2;
    const expected = (2 * 100 * 120 + c1) / (100 ** 2 + 120 ** 2 + c1);
    expect(ssim(plainPicture(20, 15, [100, 100, 100]), plainPicture(20, 15, [120, 120, 120]))).toBeCloseTo(expected, 9);
  });

  it('is the mean over all places of the window in the picture', () => {
    const picture = smoothPicture(15, 13);
    const other = noisy(picture, 60);
    const places = Array.from({ length: 15 }, (_, place) => [place % 5, Math.floor(place / 5)] as const);
    const mean = places.reduce((sum, [x, y]) => sum + indexAt(picture, other, x, y), 0) / places.length;
    expect(ssim(picture, other)).toBeCloseTo(mean, 9);
    expect(ssim(other, picture)).toBeCloseTo(mean, 9);
  });

  it('sees structure where the mean error is the same', () => {
    const stripes = paint(64, 48, (x) => (x % 8 < 4 ? [60, 60, 60] : [180, 180, 180]));
    const brighter = { ...stripes, data: stripes.data.map((value) => value + 20) };
    const signs = seededRandom(2);
    const speckled = { ...stripes, data: stripes.data.map((value) => value + (signs() < 0.5 ? 20 : -20)) };
    expect(psnr(stripes, brighter)).toBeCloseTo(psnr(stripes, speckled), 9);
    expect(ssim(stripes, brighter)).toBeGreaterThan(ssim(stripes, speckled));
  });

  it('compares pictures smaller than the window', () => {
    expect(ssim(plainPicture(1, 3, [9, 9, 9]), plainPicture(1, 3, [9, 9, 9]))).toBeCloseTo(1, 12);
  });
});

it.each([psnr, ssim])('%o refuses pictures of different sizes', (compare) => {
  expect(() => compare(plainPicture(5, 4, [1, 2, 3]), plainPicture(4, 5, [1, 2, 3]))).toThrow(
    'Expected two pictures of one size to compare but received 5×4 and 4×5',
  );
});
