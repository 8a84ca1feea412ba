import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PictureError } from '../../src/image/decode.node.ts';
import { examinePainting } from '../../src/image/painting.node.ts';
import type { Picture } from '../../src/image/picture.ts';
import { UnsuitablePictureError } from '../../src/image/unsuitable-picture.ts';
import { framedPicture, paint, plainPicture, smoothPicture, toSharp } from '../helpers/pictures.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** A picture file of a new folder; `change` may give it an alpha channel, say. */
async function fileOf(picture: Picture, change = toSharp): Promise<string> {
  const path = join(await temporaryFolder(), 'painting.png');
  await change(picture).png().toFile(path);
  return path;
}

const unexpected = (sentence: string) => {
  throw new Error(`Expected no notice but received ${sentence}`);
};

const cropped = { keepFrame: false, onNotice: unexpected };
const whole = { keepFrame: true, onNotice: unexpected };

describe('examinePainting', () => {
  it('leaves a painting without a frame whole', async () => {
    const path = await fileOf(smoothPicture(300, 200));
    const size = { width: 300, height: 200 };
    expect(await examinePainting(path, cropped)).toEqual({ path, size, region: undefined });
  });

  it.each([1, 3])('finds what lies within a frame, in pixels of the file: %d times as large', async (scale) => {
    const [width, height] = [300 * scale, 220 * scale];
    const path = await fileOf(framedPicture(smoothPicture(width, height), 20 * scale));
    const { region } = await examinePainting(path, cropped);
    if (!region) throw new Error('Expected a region');
    const insets = [region.left, region.top, width - region.left - region.width, height - region.top - region.height];
    for (const inset of insets) {
      expect(inset).toBeGreaterThanOrEqual(20 * scale);
      expect(inset).toBeLessThanOrEqual(22 * scale + 2);
    }
    expect(await examinePainting(path, whole)).toMatchObject({ region: undefined });
  });

  it.each<[string, Picture, RegExp]>([
    ['16 pixels wide', smoothPicture(16, 300), /at least 64 pixels a side.* has 16×300$/],
    ['a strip', smoothPicture(2000, 100), /at most 10 times as long as wide .* 2000×100 pixels: cut out a part/],
    ['of one colour', plainPicture(80, 80, [200, 30, 30]), /more than one colour/],
    [
      'of one colour but for noise',
      paint(80, 80, (x, y) => [100 + ((x * 7 + y * 3) % 3), 100, 100]),
      /more than one colour/,
    ],
  ])('refuses a painting that is %s', async (_, picture, message) => {
    const path = await fileOf(picture);
    for (const options of [cropped, whole]) {
      const examined = examinePainting(path, options);
      await expect(examined).rejects.toThrow(UnsuitablePictureError);
      await expect(examined).rejects.toThrow(message);
    }
  });

  it('refuses a frame with nothing in it, unless the frame is to be kept', async () => {
    const path = await fileOf(framedPicture(plainPicture(300, 220, [190, 190, 200]), 40));
    await expect(examinePainting(path, cropped)).rejects.toThrow(UnsuitablePictureError);
    expect(await examinePainting(path, whole)).toMatchObject({ region: undefined });
  });

  it('takes a dark painting with a few strokes', async () => {
    const strokes = paint(80, 80, (x) => (x % 40 === 0 ? [40, 40, 40] : [10, 10, 10]));
    expect(await examinePainting(await fileOf(strokes), cropped)).toMatchObject({ region: undefined });
  });

  it('says that transparent parts are taken for white, and refuses a painting of which nothing is seen', async () => {
    const withAlpha = (alpha: number) => (picture: Picture) => toSharp(picture).ensureAlpha(alpha);
    const notices: string[] = [];
    const onNotice = (sentence: string) => void notices.push(sentence);
    const path = await fileOf(smoothPicture(), withAlpha(0.5));
    await examinePainting(path, { keepFrame: false, onNotice });
    expect(notices).toEqual([expect.stringContaining(path)]);
    const invisible = await fileOf(smoothPicture(), withAlpha(0));
    await expect(examinePainting(invisible, cropped)).rejects.toThrow(UnsuitablePictureError);
  });

  it('refuses what is no picture, naming it', async () => {
    const path = join(await temporaryFolder(), 'notes.jpg');
    await writeFile(path, 'no picture');
    await expect(examinePainting(path, cropped)).rejects.toMatchObject({ name: PictureError.name, path });
    await expect(examinePainting(`${path}.gone`, cropped)).rejects.toThrow(/there is no such file/);
  });
});
