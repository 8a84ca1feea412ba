import { copyFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src/image/decode.node.ts';
import { loadPhotograph, suitableStyleSize } from '../../src/optimize/load-pictures.node.ts';
import { colourAt, smoothPicture, toSharp } from '../helpers/pictures.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** A picture file of a new folder; `change` may give it an alpha channel, say. */
async function fileOf(picture: ReturnType<typeof smoothPicture>, change = toSharp): Promise<string> {
  const path = join(await temporaryFolder(), 'picture.png');
  await change(picture).png().toFile(path);
  return path;
}

const withAlpha = (alpha: number) => (picture: ReturnType<typeof smoothPicture>) =>
  toSharp(picture).joinChannel(Buffer.alloc(picture.width * picture.height, alpha), {
    raw: { width: picture.width, height: picture.height, channels: 1 },
  });

/** Half opaque, half transparent. */
const halfTransparent = (picture: ReturnType<typeof smoothPicture>) => {
  const { width, height } = picture;
  const alpha = Buffer.alloc(width * height, 255).fill(0, 0, (width * height) / 2);
  return toSharp(picture).joinChannel(alpha, { raw: { width, height, channels: 1 } });
};

const unexpected = (sentence: string) => {
  throw new Error(`Expected no notice but received ${sentence}`);
};

describe('suitableStyleSize', () => {
  it.each([
    [{ width: 900, height: 700 }, { width: 512, height: 300 }, 384],
    [{ width: 300, height: 200 }, { width: 512, height: 300 }, 200],
    [{ width: 300, height: 200 }, { width: 40, height: 50 }, 64],
  ])('of a painting of %j for a picture of %j', (painting, picture, expected) => {
    expect(suitableStyleSize(painting, picture)).toBe(expected);
  });
});

describe('loadPhotograph', () => {
  it('reduces a larger one, and leaves a smaller one', async () => {
    const path = await fileOf(smoothPicture(300, 200));
    expect(await loadPhotograph(path, 150, unexpected)).toMatchObject({ width: 150, height: 100 });
    expect(await loadPhotograph(path, 1000, unexpected)).toEqual(await decodePicture(path));
  });

  it('says that transparent parts are taken for white', async () => {
    const path = await fileOf(smoothPicture(), halfTransparent);
    const notices: string[] = [];
    const photograph = await loadPhotograph(path, 500, (sentence) => void notices.push(sentence));
    expect(notices).toEqual([expect.stringContaining(path)]);
    expect(colourAt(photograph, 0, 0)).toEqual([255, 255, 255]);
    expect(colourAt(photograph, 50, 60)).toEqual(colourAt(smoothPicture(), 50, 60));
  });

  it('says nothing of an alpha channel through which nothing is seen, and refuses a picture that is not there at all', async () => {
    const opaque = await fileOf(smoothPicture(), withAlpha(255));
    expect(await loadPhotograph(opaque, 500, unexpected)).toMatchObject({ width: 96, height: 64 });
    const invisible = await fileOf(smoothPicture(), withAlpha(0));
    await expect(loadPhotograph(invisible, 500, unexpected)).rejects.toThrow(/all of it is transparent/);
  });

  it('refuses a truncated picture with an alpha channel', async () => {
    const whole = await fileOf(smoothPicture(), halfTransparent);
    const cut = `${whole}.cut.png`;
    await copyFile(whole, cut);
    await truncate(cut, 3000);
    await expect(loadPhotograph(cut, 500, () => {})).rejects.toThrow(/truncated or damaged/);
  });
});
