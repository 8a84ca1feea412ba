import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { psnr } from '../../src/image/compare.ts';
import { decodePicture } from '../../src/image/decode.node.ts';
import { encodePicture, encodeStream, isWritableFormat } from '../../src/image/encode.node.ts';
import { readOrigin } from '../../src/image/origin.node.ts';
import { plainPicture, smoothPicture, toSharp, vividPicture } from '../helpers/pictures.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

describe('encodePicture', () => {
  it.each([
    ['out.png', 99],
    ['out.tif', 99],
    ['out.tiff', 99],
    ['out.jpg', 38],
    ['OUT.JPEG', 38],
    ['out.webp', 34],
    ['out.avif', 34],
  ])('writes %s, which reads back to within %i dB', async (name, decibels) => {
    const folder = await temporaryFolder();
    const picture = vividPicture();
    await encodePicture(picture, join(folder, name));
    expect(psnr(await decodePicture(join(folder, name)), picture)).toBeGreaterThan(decibels);
    expect(await readdir(folder)).toEqual([name]);
  });

  it.each(['out.png', 'out.tif', 'out.jpg', 'out.webp', 'out.avif'])(
    'keeps in %s what it was made from',
    async (name) => {
      const path = join(await temporaryFolder(), name);
      const picture = smoothPicture();
      await encodeStream(toSharp(picture), path, { origin: 'a1b2c3' });
      expect(await readOrigin(path)).toBe('a1b2c3');
      expect(psnr(await decodePicture(path), picture)).toBeGreaterThan(30);
      await encodePicture(picture, path);
      expect(await readOrigin(path)).toBeUndefined();
    },
  );

  it('finds no origin in what is no picture', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'text.png'), ' dc:identifier="a1b2c3"');
    expect(await readOrigin(join(folder, 'text.png'))).toBeUndefined();
    expect(await readOrigin(join(folder, 'gone.png'))).toBeUndefined();
  });

  it('writes better pictures at a higher quality', async () => {
    const path = join(await temporaryFolder(), 'out.jpg');
    const picture = smoothPicture();
    await encodePicture(picture, path, { quality: 10 });
    const poor = psnr(await decodePicture(path), picture);
    await encodePicture(picture, path, { quality: 95 });
    expect(psnr(await decodePicture(path), picture)).toBeGreaterThan(poor + 5);
  });

  it('refuses an unknown extension and a quality out of range before anything is written', async () => {
    const folder = await temporaryFolder();
    const picture = plainPicture(2, 2, [1, 2, 3]);
    await expect(encodePicture(picture, join(folder, 'out.bmp'))).rejects.toThrow(/to end in \.png, .* has "\.bmp"$/);
    await expect(encodePicture(picture, join(folder, 'out'))).rejects.toThrow(/has no extension$/);
    await expect(encodePicture(picture, join(folder, 'out.jpg'), { quality: 0 })).rejects.toThrow('from 1 to 100');
    expect(isWritableFormat('picture.gif')).toBe(false);
    expect(isWritableFormat('picture.JPG')).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  });

  it('says why a place cannot be written, and leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    const picture = plainPicture(2, 2, [1, 2, 3]);
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'folder.png'));
    await expect(encodePicture(picture, join(folder, 'none', 'out.png'))).rejects.toThrow('its folder does not exist');
    await expect(encodePicture(picture, join(folder, 'file', 'out.png'))).rejects.toThrow('is a file, not a folder');
    await expect(encodePicture(picture, join(folder, 'folder.png'))).rejects.toThrow('it is a folder');
    expect((await readdir(folder)).sort()).toEqual(['file', 'folder.png']);
  });
});
