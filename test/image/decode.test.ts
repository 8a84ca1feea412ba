import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { psnr } from '../../src/image/compare.ts';
import { cropPicture, cutRegion } from '../../src/image/crop.ts';
import {
  decodeCrop,
  decodePicture,
  decodeResized,
  decodeWithin,
  PictureError,
  PixelLimitError,
  pictureSize,
  readPictureFile,
} from '../../src/image/decode.node.ts';
import type { Picture } from '../../src/image/picture.ts';
import { hasShared, sharedPath } from '../../tools/shared-data/shared.ts';
import {
  announcing,
  colourAt,
  heic,
  paint,
  smoothPicture,
  toSharp,
  toSharp16,
  vividPicture,
} from '../helpers/pictures.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function written(name: string, content: Sharp | Buffer | string): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : await content.toBuffer());
  return path;
}

/** The same grey in all three channels, as the grey files below hold it in one. */
const grey = paint(96, 64, (x, y) => {
  const level = 40 + x + 2 * (y % 40);
  return [level, level, level];
});
const greyPlane = Uint8Array.from({ length: 96 * 64 }, (_, pixel) => grey.data[3 * pixel] ?? 0);
const greySharp = () => sharp(greyPlane, { raw: { width: 96, height: 64, channels: 1 } }).toColourspace('b-w');

/** Opacity rises downwards from 0. */
const opacityAt = (y: number) => Math.round((255 * y) / 64);
const laidOnWhite = (picture: Picture) =>
  paint(picture.width, picture.height, (x, y) => {
    const onWhite = (value: number) => Math.round(255 + ((value - 255) * opacityAt(y)) / 255);
    const [red, green, blue] = colourAt(picture, x, y);
    return [onWhite(red), onWhite(green), onWhite(blue)];
  });
const alphaPlane = Uint8Array.from({ length: 96 * 64 }, (_, pixel) => opacityAt(Math.floor(pixel / 96)));
const withAlpha = (opaque: Sharp) =>
  opaque.joinChannel(Buffer.from(alphaPlane), { raw: { width: 96, height: 64, channels: 1 } });

const smooth = smoothPicture();
const vivid = vividPicture();
/** The same stored values and profile with 16 bits a channel; sharp would take 16-bit values to be Display P3 already. */
async function with16Bits(encoded: Sharp): Promise<Sharp> {
  return sharp(await encoded.toBuffer())
    .keepIccProfile()
    .toColourspace('rgb16')
    .png();
}

async function animated(...frames: readonly Picture[]): Promise<Sharp> {
  return sharp(await Promise.all(frames.map((frame) => toSharp(frame).png().toBuffer())), { join: { animated: true } });
}

describe('decodePicture', () => {
  it.each<[name: string, decibels: number, expected: Picture, content: () => Sharp | Promise<Sharp>]>([
    ['jpeg.jpg', 40, smooth, () => toSharp(smooth).jpeg({ quality: 95 })],
    ['progressive.jpeg', 40, smooth, () => toSharp(smooth).jpeg({ quality: 95, progressive: true })],
    ['png.png', 99, smooth, () => toSharp(smooth).png()],
    ['interlaced.png', 99, smooth, () => toSharp(smooth).png({ progressive: true })],
    ['palette.png', 30, smooth, () => toSharp(smooth).png({ palette: true })],
    ['webp.webp', 36, smooth, () => toSharp(smooth).webp({ quality: 95 })],
    ['lossless.webp', 99, smooth, () => toSharp(smooth).webp({ lossless: true })],
    ['avif.avif', 36, smooth, () => toSharp(smooth).avif({ quality: 90 })],
    ['deep.avif', 36, smooth, () => toSharp16(smooth).avif({ quality: 90, bitdepth: 12 })],
    ['lzw.tiff', 99, smooth, () => toSharp(smooth).tiff({ compression: 'lzw' })],
    ['tiles.tif', 99, smooth, () => toSharp(smooth).tiff({ compression: 'deflate', tile: true })],
    ['gif.gif', 30, smooth, () => toSharp(smooth).gif()],
    ['grey.jpg', 40, grey, () => greySharp().jpeg({ quality: 95 })],
    ['grey.png', 99, grey, () => greySharp().png()],
    ['grey.tiff', 99, grey, () => greySharp().tiff({ compression: 'lzw' })],
    ['grey-alpha.png', 48, laidOnWhite(grey), () => withAlpha(greySharp()).png()],
    ['alpha.png', 48, laidOnWhite(smooth), () => withAlpha(toSharp(smooth)).png()],
    ['alpha.webp', 48, laidOnWhite(smooth), () => withAlpha(toSharp(smooth)).webp({ lossless: true, exact: true })],
    ['alpha.tiff', 48, laidOnWhite(smooth), () => withAlpha(toSharp(smooth)).tiff({ compression: 'lzw' })],
    ['alpha.avif', 34, laidOnWhite(smooth), () => withAlpha(toSharp(smooth)).avif({ quality: 90 })],
    ['cmyk.jpg', 28, smooth, () => toSharp(smooth).toColourspace('cmyk').jpeg({ quality: 95 })],
    ['cmyk-profile.jpg', 28, smooth, () => toSharp(smooth).withIccProfile('cmyk').jpeg({ quality: 95 })],
    ['cmyk.tiff', 28, smooth, () => toSharp(smooth).toColourspace('cmyk').tiff({ compression: 'lzw' })],
    ['16-bit.png', 99, smooth, () => toSharp16(smooth).png()],
    ['16-bit.tiff', 99, smooth, () => toSharp16(smooth).tiff({ compression: 'lzw' })],
    ['16-bit-grey.png', 48, grey, () => toSharp16(grey).toColourspace('grey16').png()],
    ['profile.png', 45, vivid, () => toSharp(vivid).withIccProfile('p3').png()],
    ['profile.jpg', 36, vivid, () => toSharp(vivid).withIccProfile('p3').jpeg({ quality: 98 })],
    ['16-bit-profile.png', 45, vivid, () => with16Bits(toSharp(vivid).withIccProfile('p3').png())],
  ])('reads %s to within %i dB', async (name, decibels, expected, content) => {
    const path = await written(name, await content());
    const decoded = await decodePicture(path);
    expect(psnr(decoded, expected)).toBeGreaterThan(decibels);
    expect(await pictureSize(path)).toEqual({ width: expected.width, height: expected.height });
  });
});

describe('orientation', () => {
  // The EXIF standard (2.32, 4.6.4 A): where the stored row 0 and column 0 lie in the picture as seen. For each value,
  // the seen position of the stored pixel (x, y), in a seen picture of w × h.
  const seenPosition: Record<number, (x: number, y: number, w: number, h: number) => readonly [number, number]> = {
    1: (x, y) => [x, y],
    2: (x, y, w) => [w - 1 - x, y],
    3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
    4: (x, y, _w, h) => [x, h - 1 - y],
    5: (x, y) => [y, x],
    6: (x, y, w) => [w - 1 - y, x],
    7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
    8: (x, y, _w, h) => [y, h - 1 - x],
  };

  it.each(Object.entries(seenPosition))('%s is applied, whole, resized and cropped', async (orientation, seen) => {
    const { width: w, height: h } = smooth;
    const [storedWidth, storedHeight] = Number(orientation) >= 5 ? [h, w] : [w, h];
    const stored = paint(storedWidth, storedHeight, (x, y) => colourAt(smooth, ...seen(x, y, w, h)));
    const path = await written(
      'turned.jpg',
      toSharp(stored)
        .withMetadata({ orientation: Number(orientation) })
        .jpeg({ quality: 95 }),
    );

    expect(await pictureSize(path)).toEqual({ width: w, height: h });
    expect(psnr(await decodePicture(path), smooth)).toBeGreaterThan(38);
    expect(psnr(await decodeResized(path, { shortSide: 32 }), smoothPicture(48, 32))).toBeGreaterThan(32);
    const window = { left: 10, top: 5, size: 40, mirror: true };
    const crop = await decodeCrop(path, { resized: { width: w, height: h }, window });
    expect(psnr(crop, cropPicture(smooth, window))).toBeGreaterThan(38);
    const file = await readPictureFile(path);
    expect(await decodeCrop(file, { resized: { width: 96, height: 64 }, window })).toEqual(crop);
    expect(await pictureSize(file)).toEqual(await pictureSize(path));
  });
});

describe('animations', () => {
  it.each(['gif', 'webp'] as const)('give the first frame of a %s', async (format) => {
    const path = await written(`animated.${format}`, (await animated(grey, smooth, smooth)).toFormat(format));
    expect(await pictureSize(path)).toEqual({ width: 96, height: 64 });
    expect(psnr(await decodePicture(path), grey)).toBeGreaterThan(30);
  });
});

describe('resized and cropped', () => {
  it('keeps 16 bits, transparency and proportions', async () => {
    const path = await written('alpha16.png', withAlpha(toSharp16(smooth)).toColourspace('rgb16').png());
    const half = await decodeResized(path, { shortSide: 32 });
    expect([half.width, half.height]).toEqual([48, 32]);
    expect(colourAt(half, 0, 0)[0]).toBeGreaterThan(250);
  });

  it('takes a region for all of the picture, as it is seen', async () => {
    const region = { left: 30, top: 20, width: 60, height: 40 };
    const upright = await written('region.png', toSharp(smoothPicture(96, 64)).png());
    // Turned by the camera: the file's rows are the picture's columns.
    const turned = toSharp(smoothPicture(96, 64)).rotate(-90).withMetadata({ orientation: 6 });
    for (const path of [upright, await written('turned.png', turned.png())]) {
      const { data, ...size } = await decodeWithin(path, { longSide: 200, region });
      expect(size).toEqual({ width: 60, height: 40 });
      expect([...data]).toEqual([...cutRegion(smoothPicture(96, 64), region).data]);
    }
    const half = await decodeResized(upright, { shortSide: 20, region });
    expect([half.width, half.height]).toEqual([30, 20]);
    expect(colourAt(half, 15, 10)[0]).toBeCloseTo(90 + (90 * (30 + 31)) / 96, -0.5);
  });

  it('refuses a region that is not in the picture', async () => {
    const path = await written('smaller.png', toSharp(smoothPicture(96, 64)).png());
    const region = { left: 40, top: 0, width: 57, height: 64 };
    await expect(decodeResized(path, { shortSide: 20, region })).rejects.toThrow(PictureError);
  });

  it('enlarges where asked to', async () => {
    const path = await written('small.png', toSharp(smooth).png());
    expect(psnr(await decodeResized(path, { shortSide: 128 }), smoothPicture(192, 128))).toBeGreaterThan(38);
  });

  it('cuts where the crop says', async () => {
    const path = await written('photograph.png', toSharp(smoothPicture(192, 128)).png());
    const window = { left: 20, top: 30, size: 24, mirror: false };
    const crop = await decodeCrop(path, { resized: { width: 96, height: 64 }, window });
    expect(psnr(crop, cropPicture(smooth, window))).toBeGreaterThan(38);
    const file = await readPictureFile(path);
    expect(await decodeCrop(file, { resized: { width: 96, height: 64 }, window })).toEqual(crop);
    expect(await pictureSize(file)).toEqual(await pictureSize(path));
  });

  it('reads a file that was written anew under the same name', async () => {
    const path = await written('again.png', toSharp(smooth).png());
    await decodePicture(path);
    await writeFile(path, await toSharp(grey).png().toBuffer());
    expect(psnr(await decodePicture(path), grey)).toBeGreaterThan(99);
  });
});

describe('what cannot be read', () => {
  it.each<[name: string, content: Buffer | string, sentence: RegExp]>([
    ['empty.jpg', '', /^Expected a picture file at .*empty\.jpg but it is empty$/],
    ['text.jpg', 'Not a picture at all.', /^Expected a JPEG, PNG, .* picture in .*text\.jpg but its content is none/],
    [
      'drawing.png',
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      /drawing\.png but its content is svg$/,
    ],
  ])('%s is one sentence', async (name, content, sentence) => {
    const path = await written(name, content);
    await expect(decodePicture(path)).rejects.toThrow(sentence);
    await expect(pictureSize(path)).rejects.toThrow(PictureError);
  });

  it('names a missing file and a folder', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'folder.jpg'));
    await expect(decodePicture(join(folder, 'none.jpg'))).rejects.toThrow(/none\.jpg but there is no such file$/);
    await expect(decodePicture(join(folder, 'folder.jpg'))).rejects.toThrow(/folder\.jpg but it is a folder$/);
    await expect(readPictureFile(join(folder, 'folder.jpg'))).rejects.toThrow(PictureError);
    await expect(readPictureFile(join(folder, 'none.jpg'))).rejects.toMatchObject({ cause: { code: 'ENOENT' } });
  });

  it('says of a HEIC photograph what it is, whatever its name, and what to do', async () => {
    const sentence = /^Expected a JPEG, [^\n]* but it is a HEIC photograph, [^\n]*: convert it to JPEG$/;
    for (const name of ['photograph.heic', 'renamed.jpg']) {
      const path = await written(name, heic);
      await expect(decodePicture(path)).rejects.toThrow(sentence);
      await expect(pictureSize(path)).rejects.toThrow(sentence);
    }
  });

  it('refuses a picture of more pixels than the limit by its header', async () => {
    const path = await written('bomb.jpg', await announcing(65500, 65000));
    const sentence =
      /^Expected a picture of at most 200 megapixels in .*bomb\.jpg but its header announces 65500×65000 pixels$/;
    await expect(decodePicture(path)).rejects.toThrow(sentence);
    await expect(decodeResized(path, { shortSide: 8 })).rejects.toThrow(sentence);
    await expect(pictureSize(path)).rejects.toThrow(PixelLimitError);
  });

  it('takes as many pixels as the limit that it is given', async () => {
    const path = await written('small.png', toSharp(smooth).png());
    await expect(decodePicture(path, 96 * 64 - 1)).rejects.toMatchObject({ pixels: 96 * 64 });
    expect(await decodePicture(path, 96 * 64)).toMatchObject({ width: 96, height: 64 });
    // Beyond the 268 megapixels of sharp's own limit: what is wrong with this one is that its pixels are cut off.
    const large = await written('large.jpg', (await announcing(20_000, 15_000)).subarray(0, -100));
    await expect(decodePicture(large, 300e6)).rejects.toMatchObject({
      message: expect.stringMatching(/the file is truncated or damaged$/),
      cause: { message: expect.stringContaining('VipsJpeg') },
    });
  });

  const formats: [name: string, encode: (picture: Sharp) => Sharp][] = [
    ['baseline.jpg', (picture) => picture.jpeg()],
    ['progressive.jpg', (picture) => picture.jpeg({ progressive: true })],
    ['plain.png', (picture) => picture.png()],
    ['interlaced.png', (picture) => picture.png({ progressive: true })],
    ['lossy.webp', (picture) => picture.webp()],
    ['image.avif', (picture) => picture.avif()],
    ['image.tiff', (picture) => picture.tiff({ compression: 'lzw' })],
    ['image.gif', (picture) => picture.gif()],
  ];
  it.each(formats)('%s cut off at 30, 60 or 95 per cent is an error, whatever the crop', async (name, encode) => {
    const noisy = paint(160, 120, (x, y) => [(x * 37 + y * 91) % 256, (x * y) % 256, (x * 13 + y * y) % 256]);
    const complete = await encode(toSharp(noisy)).toBuffer();
    const window = { left: 0, top: 0, size: 8, mirror: false };
    for (const part of [0.3, 0.6, 0.95]) {
      const path = await written(name, complete.subarray(0, Math.floor(complete.length * part)));
      const sentence = /^Expected a [^\n]*(truncated or damaged|none of these, or cut off)[^\n]*$/;
      await expect(decodePicture(path)).rejects.toThrow(sentence);
      const crop = { resized: { width: 16, height: 12 }, window };
      await expect(decodeCrop(path, crop)).rejects.toThrow(sentence);
      await expect(decodeCrop(await readPictureFile(path), crop)).rejects.toThrow(sentence);
    }
  });
});

describe.skipIf(process.platform === 'win32')('a system that gives out no more files', () => {
  it('is not taken for a damaged picture', async () => {
    const path = join(await temporaryFolder(), 'picture.png');
    await toSharp(smoothPicture()).toFile(path);
    const script = join(import.meta.dirname, 'open-files-process.ts');
    const command = 'ulimit -n 200 && exec "$0" --import tsx "$1" "$2"';
    const { stdout } = spawnSync('sh', ['-c', command, process.execPath, script, path], { encoding: 'utf8' });
    expect(stdout).toMatch(/^Error: EMFILE/);
  });
});

describe.skipIf(!hasShared)('photographs of the shared folder', () => {
  it('decode to the size that their header says', async () => {
    const path = sharedPath('data', 'content', 'amber.jpg');
    expect(await pictureSize(path)).toEqual({ width: 1080, height: 1080 });
    const decoded = await decodeResized(path, { shortSide: 270 });
    const reference = await sharp(path).resize(270, 270).removeAlpha().raw().toBuffer();
    expect(psnr(decoded, { width: 270, height: 270, data: reference })).toBeGreaterThan(35);
  });
});
