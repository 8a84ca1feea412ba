import { describe, expect, it } from 'vitest';
import { psnr } from '../../src/image/compare.ts';
import { resizePicture } from '../../src/image/resize.node.ts';
import { colourAt, paint, smoothPicture } from '../helpers/pictures.ts';

describe('resizePicture', () => {
  it('gives a picture of that size already as it is', async () => {
    const picture = smoothPicture();
    expect(await resizePicture(picture, { width: 96, height: 64 }, 'cover')).toBe(picture);
  });

  it.each([
    [48, 32],
    [150, 100],
    [40, 64],
  ])('fills %i×%i pixels with all of the picture', async (width, height) => {
    const resized = await resizePicture(smoothPicture(), { width, height }, 'fill');
    expect(resized).toMatchObject({ width, height });
    expect(psnr(resized, smoothPicture(width, height))).toBeGreaterThan(38);
  });

  it('covers a size with the centre of the picture', async () => {
    const stripes = paint(30, 90, (_, y) => (y < 30 ? [255, 0, 0] : y < 60 ? [0, 255, 0] : [0, 0, 255]));
    const resized = await resizePicture(stripes, { width: 60, height: 60 }, 'cover');
    expect(resized).toMatchObject({ width: 60, height: 60 });
    expect(colourAt(resized, 30, 8)).toEqual([0, 255, 0]);
    expect(colourAt(resized, 30, 52)).toEqual([0, 255, 0]);
  });
});
