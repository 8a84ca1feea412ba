import { describe, expect, it } from 'vitest';
import { isHeic, readPictureHeader } from '../../src/image/picture-header.ts';
import { heic, smoothPicture, toSharp } from '../helpers/pictures.ts';

const picture = () => toSharp(smoothPicture(51, 34));

describe('readPictureHeader', () => {
  it.each([
    [
      'JPEG',
      () =>
        picture()
          .jpeg()
          .withMetadata({ exif: { IFD0: { Artist: 'x'.repeat(5000) } } }),
    ],
    ['JPEG', () => picture().jpeg({ progressive: true })],
    ['PNG', () => picture().png()],
    ['GIF', () => picture().gif()],
    ['WebP', () => picture().webp()],
    ['WebP', () => picture().webp({ lossless: true })],
    ['WebP', () => picture().ensureAlpha(0.5).webp()],
    ['AVIF', () => picture().avif()],
  ] as const)('reads the size of a %s file', async (format, encode) => {
    const file = await encode().toBuffer();
    expect(readPictureHeader(file)).toEqual({ format, width: 51, height: 34 });
  });

  it('knows no other files, and none that are cut short', async () => {
    const tiff = await picture().tiff().toBuffer();
    const texts = ['', 'GIF', 'not a picture', '<svg xmlns="http://www.w3.org/2000/svg"/>'].map((text) =>
      Buffer.from(text),
    );
    for (const file of [tiff, ...texts]) expect(readPictureHeader(file)).toBeUndefined();
    for (const encode of [
      () => picture().jpeg(),
      () => picture().png(),
      () => picture().webp(),
      () => picture().avif(),
    ]) {
      const file = await encode().toBuffer();
      for (let length = 0; length < 20; length++) expect(readPictureHeader(file.subarray(0, length))).toBeUndefined();
    }
  });

  it('knows a HEIC photograph, which is none of them, from all others', async () => {
    expect(isHeic(heic)).toBe(true);
    expect(readPictureHeader(heic)).toBeUndefined();
    for (const encode of [() => picture().avif(), () => picture().jpeg(), () => picture().png()]) {
      expect(isHeic(await encode().toBuffer())).toBe(false);
    }
    for (let length = 0; length < 12; length++) expect(isHeic(heic.subarray(0, length))).toBe(false);
  });

  it('comes to an end with markers that lead nowhere', () => {
    const endless = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, ...new Array(64).fill(0xff)]);
    expect(readPictureHeader(endless)).toBeUndefined();
  });
});
