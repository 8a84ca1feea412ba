import { copyFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src/image/decode.node.ts';
import { loadPainting, loadPhotograph } from '../../src/optimize/load-pictures.node.ts';
import { colourAt, paint, plainPicture, smoothPicture, toSharp } from '../helpers/pictures.ts';
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

describe('loadPainting', () => {
  it('resizes to the short side', async () => {
    const { width, height } = await loadPainting(await fileOf(smoothPicture(300, 200)), 100, unexpected);
    expect([width, height]).toEqual([150, 100]);
  });

  it.each<[string, ReturnType<typeof smoothPicture>, RegExp]>([
    ['16 pixels wide', smoothPicture(16, 300), /at least 64 pixels a side.* has 16×300$/],
    ['a strip', smoothPicture(2000, 100), /at most 10 times as long as wide .* 2000×100 pixels: cut out a part/],
    ['of one colour', plainPicture(80, 80, [200, 30, 30]), /more than one colour/],
    [
      'of one colour but for noise',
      paint(80, 80, (x, y) => [100 + ((x * 7 + y * 3) % 3), 100, 100]),
      /more than one colour/,
    ],
  ])('refuses a painting that is %s', async (_, picture, message) => {
    await expect(loadPainting(await fileOf(picture), 100, unexpected)).rejects.toThrow(message);
  });

  it('takes a dark painting with a few strokes, and a grey one', async () => {
    const strokes = paint(80, 80, (x) => (x % 40 === 0 ? [40, 40, 40] : [10, 10, 10]));
    await expect(loadPainting(await fileOf(strokes), 80, unexpected)).resolves.toMatchObject({ width: 80 });
  });

  it('refuses what is no picture, naming it', async () => {
    const path = join(await temporaryFolder(), 'notes.jpg');
    await writeFile(path, 'no picture');
    await expect(loadPainting(path, 100, unexpected)).rejects.toThrow(path);
    await expect(loadPainting(`${path}.gone`, 100, unexpected)).rejects.toThrow(/there is no such file/);
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
    await expect(loadPainting(invisible, 100, unexpected)).rejects.toThrow(/all of it is transparent/);
  });

  it('refuses a truncated picture with an alpha channel', async () => {
    const whole = await fileOf(smoothPicture(), halfTransparent);
    const cut = `${whole}.cut.png`;
    await copyFile(whole, cut);
    await truncate(cut, 3000);
    await expect(loadPhotograph(cut, 500, () => {})).rejects.toThrow(/truncated or damaged/);
  });
});
