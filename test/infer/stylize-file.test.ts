import { existsSync } from 'node:fs';
import { readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Graph } from '../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import { decodePicture } from '../../src/image/decode.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { createStylizer } from '../../src/infer/index.node.ts';
import { type StylizeFileOptions, stylizeFile } from '../../src/infer/stylize-file.node.ts';
import type { Stylizer } from '../../src/infer/stylizer.ts';
import { colourAt, paint, plainPicture, smoothPicture, toSharp, toSharp16 } from '../helpers/pictures.ts';
import { canMount, mountSmallDisk } from '../helpers/small-disk.ts';
import { identityGraph, negative, negativeGraph, writeModel } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { randomParameters, tinyNetwork } from '../helpers/tiny-network.ts';

const photograph = smoothPicture(60, 45);

/** A folder with photograph.png, and a painter of its pictures with a model. */
async function workplace(graph: Graph = negativeGraph()) {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const model = await readFile(await writeModel(folder, graph));
  const stylizer = await createStylizer(model, { device: 'cpu', threads: 1 });
  onTestFinished(() => stylizer.release());
  await encodePicture(photograph, at('photograph.png'));
  const painted = async (input: string, output: string, options: StylizeFileOptions = {}) => {
    await stylizeFile(stylizer, at(input), at(output), options);
    const picture = await decodePicture(at(output));
    return { ...picture, data: Uint8Array.from(picture.data) };
  };
  return { folder, at, stylizer, painted };
}

const header = (path: string) => sharp(path).metadata();

/** The samples of a file as they are, 16 bits a sample. */
const deepSamples = async (picture: Sharp) =>
  new Uint16Array(Uint8Array.from(await picture.toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer()).buffer);

/** A grey TIFF of 32-bit floating-point numbers, which sharp reads but does not write. */
function floatTiff(width: number, height: number): Buffer {
  const [short, long, float] = [3, 4, 3];
  const bytes = 4 * width * height;
  const entries = [
    [256, long, width],
    [257, long, height],
    [258, short, 32],
    [259, short, 1],
    [262, short, 1],
    [273, long, 8],
    [277, short, 1],
    [278, long, height],
    [279, long, bytes],
    [339, short, float],
  ] as const;
  const file = Buffer.alloc(8 + bytes + 2 + 12 * entries.length + 4);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8 + bytes, 4);
  for (let pixel = 0; pixel < width * height; pixel++) file.writeFloatLE(pixel, 8 + 4 * pixel);
  file.writeUInt16LE(entries.length, 8 + bytes);
  for (const [index, [tag, type, value]] of entries.entries()) {
    const start = 8 + bytes + 2 + 12 * index;
    file.writeUInt16LE(tag, start);
    file.writeUInt16LE(type, start + 2);
    file.writeUInt32LE(1, start + 4);
    file.writeUInt32LE(value, start + 8);
  }
  return file;
}

describe('a picture file that is painted', () => {
  it('is as large as it was, and nothing else is left in the folder', async () => {
    const { folder, painted } = await workplace();
    expect(await painted('photograph.png', 'out.png')).toMatchObject(negative(photograph));
    expect((await readdir(folder)).sort()).toEqual(['model.onnx', 'out.png', 'photograph.png']);
  });

  it('keeps 16 bits where the format has them', async () => {
    const { at, painted } = await workplace();
    const fine = Uint16Array.from({ length: 40 * 30 * 3 }, (_, index) => (index * 2503) % 65536);
    await sharp(fine, { raw: { width: 40, height: 30, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toFile(at('fine.png'));
    for (const output of ['out.png', 'out.tif']) {
      await painted('fine.png', output);
      expect((await header(at(output))).depth).toBe('ushort');
      const inverted = await deepSamples(sharp(at(output)));
      const error = inverted.reduce(
        (largest, value, i) => Math.max(largest, Math.abs(65535 - (fine[i] ?? 0) - value)),
        0,
      );
      expect(error).toBeLessThanOrEqual(1);
    }
    await painted('fine.png', 'out.jpg');
    expect((await header(at('out.jpg'))).depth).toBe('uchar');
  });

  it('keeps transparency where the format has it, and is laid on white otherwise', async () => {
    const { at, painted } = await workplace();
    const alpha = Uint8Array.from({ length: 60 * 45 }, (_, pixel) => (pixel * 7) % 256);
    await toSharp(photograph)
      .joinChannel(Buffer.from(alpha), { raw: { width: 60, height: 45, channels: 1 } })
      .png()
      .toFile(at('clear.png'));
    await painted('clear.png', 'out.png');
    const { data } = await sharp(at('out.png')).raw().toBuffer({ resolveWithObject: true });
    const kept = Uint8Array.from(data.filter((_, index) => index % 4 === 3));
    expect(kept).toEqual(alpha);
    const colours = Uint8Array.from(data.filter((_, index) => index % 4 !== 3));
    expect(colours).toEqual(negative(photograph).data);
    await painted('clear.png', 'out.jpg');
    expect((await header(at('out.jpg'))).hasAlpha).toBe(false);
  });

  it('keeps metadata and the colour profile on request only, the orientation applied', async () => {
    const { at, painted } = await workplace(identityGraph());
    for (const [name, depth] of [
      ['plain', 'uchar'],
      ['deep', 'ushort'],
    ] as const) {
      const picture = depth === 'uchar' ? toSharp(photograph) : toSharp16(photograph);
      await picture
        .withMetadata({ orientation: 6 })
        .withExifMerge({ IFD0: { Copyright: 'Ada Lovelace' } })
        .withIccProfile('p3')
        .png()
        .toFile(at(`${name}.png`));
      const before = await header(at(`${name}.png`));
      await painted(`${name}.png`, 'kept.png', { keepMetadata: true });
      const kept = await header(at('kept.png'));
      expect(kept).toMatchObject({ width: 45, height: 60, depth });
      expect(kept.icc).toEqual(before.icc);
      expect(kept.exif?.toString('latin1')).toContain('Ada Lovelace');
      expect(kept.orientation ?? 1).toBe(1);
      // The pixels are in the profile again, as they were.
      const upright = await sharp(at(`${name}.png`), { autoOrient: true, ignoreIcc: true })
        .raw()
        .toBuffer();
      const again = await sharp(at('kept.png'), { ignoreIcc: true }).raw().toBuffer();
      const error = again.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (upright[i] ?? 0))), 0);
      expect(error).toBeLessThanOrEqual(3);
      await painted(`${name}.png`, 'bare.png');
      const bare = await header(at('bare.png'));
      expect([bare.icc, bare.exif]).toEqual([undefined, undefined]);
    }
  });

  it('is painted as a mask says: all where it is white, nothing where it is black', async () => {
    const { at, painted } = await workplace();
    const mask = paint(6, 4, (x) => (x < 3 ? [0, 0, 0] : [255, 255, 255]));
    await encodePicture(mask, at('mask.png'));
    const out = await painted('photograph.png', 'out.png', { mask: at('mask.png') });
    expect(colourAt(out, 5, 20)).toEqual(colourAt(photograph, 5, 20));
    expect(colourAt(out, 54, 20)).toEqual(colourAt(negative(photograph), 54, 20));
  });

  it('is painted where the mask is opaque, if it is white and partly transparent', async () => {
    const { at, painted } = await workplace();
    const alpha = Buffer.from(Array.from({ length: 24 }, (_, pixel) => (pixel % 6 < 3 ? 0 : 255)));
    const white = toSharp(plainPicture(6, 4, [255, 255, 255]));
    await white
      .joinChannel(alpha, { raw: { width: 6, height: 4, channels: 1 } })
      .png()
      .toFile(at('mask.png'));
    const out = await painted('photograph.png', 'out.png', { mask: at('mask.png') });
    expect(colourAt(out, 5, 20)).toEqual(colourAt(photograph, 5, 20));
    expect(colourAt(out, 54, 20)).toEqual(colourAt(negative(photograph), 54, 20));
  });

  it('has no colour profile of grey or inks, which could not hold its colours', async () => {
    const { at, painted } = await workplace();
    await toSharp(photograph).toColourspace('cmyk').withIccProfile('cmyk').tiff().toFile(at('inks.tif'));
    const plain = await painted('inks.tif', 'plain.png');
    expect(await painted('inks.tif', 'kept.png', { keepMetadata: true })).toEqual(plain);
    expect((await header(at('kept.png'))).icc).toBeUndefined();
  });

  it('may have as long a name as the system allows', async () => {
    const { folder, painted } = await workplace();
    const name = `${'ä'.repeat(125)}.png`;
    await painted('photograph.png', name);
    expect((await readdir(folder)).sort()).toEqual(['model.onnx', 'photograph.png', name]);
  });

  it('takes no mask of other proportions, and says both sizes', async () => {
    const { at, painted } = await workplace();
    await encodePicture(plainPicture(45, 60, [255, 255, 255]), at('mask.png'));
    const sizes = `the picture, which has 60×45 pixels, but ${at('mask.png')} has 45×60`;
    await expect(painted('photograph.png', 'out.png', { mask: at('mask.png') })).rejects.toThrow(sizes);
    expect(existsSync(at('out.png'))).toBe(false);
    // Of a photograph that is reduced on its way, to 30×23, the mask may have the size that it had.
    await encodePicture(plainPicture(60, 45, [255, 255, 255]), at('mask.png'));
    const reduced = await painted('photograph.png', 'out.png', { mask: at('mask.png'), maxSize: 30 });
    expect(reduced).toMatchObject({ width: 30, height: 23 });
  });

  it('is reduced to a largest size, and never enlarged by it', async () => {
    const { painted } = await workplace();
    expect(await painted('photograph.png', 'out.png', { maxSize: 30 })).toMatchObject({ width: 30, height: 23 });
    expect(await painted('photograph.png', 'out.png', { maxSize: 300 })).toMatchObject({ width: 60, height: 45 });
  });

  it('has strokes as large as on a picture of the stroke size, and its own size and colours', async () => {
    const network = inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 7));
    const { painted, stylizer } = await workplace(network);
    const out = await painted('photograph.png', 'out.png', { strokeSize: 120 });
    expect(out).toMatchObject({ width: 60, height: 45 });
    expect(out.data).not.toEqual((await stylizer.stylize(photograph)).data);
    expect(await painted('photograph.png', 'out.png', { strokeSize: 30, strength: 0 })).toMatchObject(photograph);
    const flat = await painted('photograph.png', 'out.png', { strokeSize: 30, keepColors: true });
    const spread = colourAt(flat, 30, 20)[0] - colourAt(flat, 30, 20)[1];
    const expected = colourAt(photograph, 30, 20)[0] - colourAt(photograph, 30, 20)[1];
    expect(Math.abs(spread - expected)).toBeLessThanOrEqual(1);
  });

  it('is painted in tiles without a seam: where they meet, neighbours differ as little as elsewhere', async () => {
    const network = inferenceGraph(
      { ...tinyNetwork, channels: 4 },
      randomParameters({ ...tinyNetwork, channels: 4 }, 5),
    );
    const { at, painted } = await workplace(network);
    await encodePicture(smoothPicture(320, 256), at('large.png'));
    const { width, height, data } = await painted('large.png', 'out.png', { tile: 64 });
    const steps = Array.from({ length: width - 1 }, (_, x) => {
      let sum = 0;
      for (let y = 0; y < height; y++) {
        for (let channel = 0; channel < 3; channel++) {
          const index = 3 * (y * width + x) + channel;
          sum += Math.abs((data[index] ?? 0) - (data[index + 3] ?? 0));
        }
      }
      return sum / (3 * height);
    });
    const atBorders = [63, 127, 191, 255].map((x) => steps[x] ?? Number.NaN);
    const elsewhere = steps.filter((_, x) => (x + 1) % 64 !== 0);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(elsewhere)).toBeGreaterThan(0.1);
    expect(mean(atBorders)).toBeLessThanOrEqual(1.5 * mean(elsewhere));
    const whole = await painted('large.png', 'whole.png', { tile: 1024 });
    expect(data.every((value, index) => Math.abs(value - (whole.data[index] ?? 0)) <= 1)).toBe(true);
  });
});

describe('a picture file that cannot be painted', () => {
  /** What is said, and that the folder is as before. */
  async function refusal(stylizer: Stylizer, input: string, output: string, options?: StylizeFileOptions) {
    const before = await readdir(join(output, '..'));
    const message = await stylizeFile(stylizer, input, output, options).catch((error: Error) => error.message);
    expect(await readdir(join(output, '..'))).toEqual(before);
    return message;
  }

  it.each([
    ['empty', Buffer.alloc(0), 'but it is empty'],
    ['a text', Buffer.from('hello, this is a text\n'.repeat(20)), 'but its content is none of these, or cut off'],
  ])('is named: %s', async (_, content, reason) => {
    const { at, stylizer } = await workplace();
    await writeFile(at('wrong.jpg'), content);
    const message = await refusal(stylizer, at('wrong.jpg'), at('out.png'));
    expect(message).toContain(at('wrong.jpg'));
    expect(message).toContain(reason);
  });

  it('is named when it is truncated; the earlier output stays', async () => {
    const { at, stylizer } = await workplace();
    await encodePicture(smoothPicture(300, 200), at('cut.jpg'), { quality: 100 });
    await truncate(at('cut.jpg'), 3000);
    await encodePicture(plainPicture(2, 2, [1, 2, 3]), at('out.png'));
    const earlier = await readFile(at('out.png'));
    expect(await refusal(stylizer, at('cut.jpg'), at('out.png'))).toContain('the file is truncated or damaged');
    expect(await readFile(at('out.png'))).toEqual(earlier);
  });

  it.each<[string, string, string, StylizeFileOptions?]>([
    ['the input itself', 'photograph.png', 'Expected another output than the input'],
    ['a link to the input', 'link.png', 'Expected another output than the input'],
    ['a name longer than the system allows', `${'n'.repeat(260)}.png`, 'its name is longer than the system allows'],
    ['a format that is not written', 'out.bmp', `out.bmp has ".bmp"`],
  ])('is not written over or to %s', async (_, output, reason) => {
    const { at, stylizer } = await workplace();
    await symlink(at('photograph.png'), at('link.png'));
    const before = await readFile(at('photograph.png'));
    expect(await refusal(stylizer, at('photograph.png'), at(output))).toContain(reason);
    expect(await readFile(at('photograph.png'))).toEqual(before);
  });

  it.each<[StylizeFileOptions, string]>([
    [{ maxSize: 0 }, 'Expected a whole number of pixels for maxSize but received 0'],
    [{ strokeSize: 1.5 }, 'Expected a whole number of pixels for strokeSize but received 1.5'],
    [{ quality: 101 }, 'Expected a picture quality from 1 to 100 but received 101'],
    [{ strength: -1 }, 'Expected a strength from 0 to 1 but received -1'],
    [{ tile: 30 }, "Expected a tile's side that is a multiple of 4 pixels but received 30"],
    [{ pixelLimit: 1000 }, 'Expected a picture of at most 0.001 megapixels'],
  ])('is refused with %j', async (options, reason) => {
    const { at, stylizer } = await workplace(inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 7)));
    expect(await refusal(stylizer, at('photograph.png'), at('out.png'), options)).toContain(reason);
  });

  it('is named before it is painted if its format has no room for its size', async () => {
    const { at, stylizer } = await workplace();
    await encodePicture(plainPicture(16_400, 2, [1, 2, 3]), at('long.png'));
    for (const [name, longest] of [
      ['out.webp', 16_383],
      ['out.avif', 16_384],
    ])
      expect(await refusal(stylizer, at('long.png'), at(String(name)))).toBe(
        `Expected a picture of at most ${longest} pixels a side for ${at(String(name))} but it would have 16400×2; ` +
          'write a .png or .tif, or reduce it with --max-size',
      );
    await stylizeFile(stylizer, at('long.png'), at('out.jpg'));
  });

  it('is named if its samples have no range of colours, photograph or mask', async () => {
    const { at, stylizer } = await workplace();
    await writeFile(at('deep.tif'), floatTiff(60, 45));
    const reason = `Expected a picture of 8 or 16 bits a channel in ${at('deep.tif')} but its samples are float`;
    expect(await refusal(stylizer, at('deep.tif'), at('out.png'))).toContain(reason);
    const masked = refusal(stylizer, at('photograph.png'), at('out.png'), { mask: at('deep.tif') });
    expect(await masked).toContain(reason);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const { at, stylizer } = await workplace(inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 7)));
    await encodePicture(smoothPicture(200, 200), at('large.png'));
    const stop = new AbortController();
    const options = { tile: 64, signal: stop.signal, onProgress: () => stop.abort(new Error('stopped')) };
    expect(await refusal(stylizer, at('large.png'), at('out.png'), options)).toBe('stopped');
  });

  it.skipIf(!canMount)('says that the disk is full', async () => {
    const { at, stylizer } = await workplace();
    const disk = await mountSmallDisk(100);
    await encodePicture(smoothPicture(300, 200), at('large.png'));
    expect(await refusal(stylizer, at('large.png'), join(disk, 'out.png'))).toContain('but the disk is full');
  });
});
