import type { Picture } from './picture.ts';

/**
 * Peak signal-to-noise ratio of two pictures: 10 · log10(255² / mean squared error) over all pixels and channels.
 * @returns decibels; Infinity for equal pictures
 * @throws if the sizes differ
 */
export function psnr(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(
      `Expected two pictures of one size to compare but received ${a.width}×${a.height} and ${b.width}×${b.height}`,
    );
  }
  const squaredError = a.data.reduce((sum, value, index) => sum + (value - (b.data[index] ?? 0)) ** 2, 0);
  return 10 * Math.log10((255 * 255 * a.data.length) / squaredError);
}
