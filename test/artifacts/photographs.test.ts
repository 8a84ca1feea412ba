import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeResized, pictureSize } from '../../src/image/decode.node.ts';
import { isPictureFile } from '../../src/image/find.node.ts';
import { CHANNELS, type Picture } from '../../src/image/picture.ts';
import { photographsFolder, readPhotographTable } from '../../tools/photographs/photograph-table.ts';

const freeLicence = /^(public domain|CC0 1\.0|CC BY(-SA)? [1-4]\.0)$/;

const files = (await readdir(photographsFolder)).filter(isPictureFile).sort();
const table = await readPhotographTable();

describe('the sample photographs', () => {
  it('are at least 48, each with one row of LICENCES.md and each row with a photograph', () => {
    expect(files.length).toBeGreaterThanOrEqual(48);
    expect(table.map(({ file }) => file).sort()).toEqual(files);
  });

  it('are each another file of a package', () => {
    const sources = table.map(({ source, path }) => `${source} ${path}`);
    expect(new Set(sources).size).toBe(sources.length);
  });

  it('are under free licences', () => {
    expect(table.filter(({ licence }) => !freeLicence.test(licence))).toEqual([]);
  });

  it('take at most 6 MB', async () => {
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(photographsFolder, file))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(6e6);
  });

  it.each(files)('%s is a colour JPEG with a short side of 320 to 384 pixels', async (file) => {
    const path = join(photographsFolder, file);
    expect((await sharp(path).metadata()).format).toBe('jpeg');
    const { width, height } = await pictureSize(path);
    const shortSide = Math.min(width, height);
    expect(shortSide).toBeGreaterThanOrEqual(320);
    expect(shortSide).toBeLessThanOrEqual(384);
    expect(colourfulness(await decodeResized(path, { shortSide: 32 }))).toBeGreaterThan(5);
  });
});

/** How far the channels of a pixel lie apart, on the average of all pixels: 0 for a grey picture. */
function colourfulness({ data }: Picture): number {
  let sum = 0;
  for (let start = 0; start < data.length; start += CHANNELS) {
    const pixel = data.subarray(start, start + CHANNELS);
    sum += Math.max(...pixel) - Math.min(...pixel);
  }
  return (sum * CHANNELS) / data.length;
}
