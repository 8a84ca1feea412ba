import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { optimizerGraph } from '../../src/graph-builder/programs/optimizer-graph.ts';
import { createStylizer, memoryRaster, readPicture, writePicture } from '../../src/infer/index.node.ts';
import { hasShared, sharedPath } from '../../tools/shared-data/shared.ts';
import { plainPicture, vividPicture } from '../helpers/pictures.ts';
import { startRangeServer } from '../helpers/range-server.ts';
import { negative, negativeGraph, writeModel } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const onCpu = { device: 'cpu', threads: 1 } as const;

/** A stylizer for the current test. */
async function open(...[model, options = onCpu]: Parameters<typeof createStylizer>) {
  const stylizer = await createStylizer(model, options);
  onTestFinished(() => stylizer.release());
  return stylizer;
}

const refusalOf = (model: string | URL | Uint8Array) =>
  createStylizer(model, onCpu).then(
    () => 'no refusal',
    ({ message }: Error) => message,
  );

describe('createStylizer', () => {
  it('takes a path, bytes, and addresses of files and servers', async () => {
    const path = await writeModel(await temporaryFolder(), negativeGraph());
    const bytes = await readFile(path);
    const { url } = await startRangeServer(bytes);
    const buffer = Uint8Array.from(bytes).buffer;
    for (const model of [path, bytes, buffer, pathToFileURL(path), pathToFileURL(path).href, new URL(url), url]) {
      const stylizer = await open(model);
      expect(stylizer.device).toBe('cpu');
      expect(await stylizer.stylize(vividPicture(9, 7))).toEqual(negative(vividPicture(9, 7)));
    }
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined'],
    ['a number', 7, '7'],
    ['an object', new Map(), 'an object of Map'],
  ])('refuses %s, as may come from JavaScript', async (_, model, received) => {
    const refusal = await Reflect.apply(createStylizer, undefined, [model]).catch(String);
    expect(refusal).toBe(`Error: Expected a model by its name, address or bytes but received ${received}`);
  });

  it('releases what it holds once, after the pictures under way', async () => {
    const stylizer = await createStylizer(await writeModel(await temporaryFolder(), negativeGraph()), onCpu);
    const painting = stylizer.stylize(vividPicture(90, 70));
    await Promise.all([stylizer.release(), stylizer.release()]);
    expect(await painting).toEqual(negative(vividPicture(90, 70)));
    await stylizer.release();
  });

  it('says why a model cannot be fetched', async () => {
    const server = await startRangeServer(new Uint8Array(1000));
    server.status = 404;
    expect(await refusalOf(server.url)).toBe(
      `Expected a model (.onnx) at ${server.url} but the server answered with 404`,
    );
    server.status = null;
    server.breakAfter = 10;
    const message = await refusalOf(server.url);
    expect(message).toContain(`Expected a model (.onnx) at ${server.url} but it cannot be fetched: `);
    expect(message).not.toMatch(/: (fetch failed|terminated)$/);
  });

  it('takes a word for the name of a style that comes with impasto', async () => {
    expect(await refusalOf('no-such-style')).toContain('The styles that come with impasto');
  });

  it('refuses what is no style network, with the reason and the name', async () => {
    const folder = await temporaryFolder();
    const path = await writeModel(folder, optimizerGraph([{ name: 'weight', shape: [2] }]));
    expect(await refusalOf(path)).toContain(
      `Expected a style network: one float32 input [N, 3, H, W], but ${path} has 6 inputs`,
    );
    await writeFile(path, 'no model');
    expect(await refusalOf(path)).toContain(`${path}: Expected an ONNX model but received a file that is not one`);
    expect(await refusalOf(await readFile(path))).toContain('the model: Expected an ONNX model');
    const named = createStylizer(await readFile(path), { ...onCpu, name: 'candy' });
    await expect(named).rejects.toThrow('candy: Expected an ONNX model');
  });

  it('takes a model of one size, and says so of other pictures', async () => {
    const folder = await temporaryFolder();
    const stylizer = await open(await writeModel(folder, negativeGraph([1, 3, 6, 9])));
    expect(stylizer.fixedSize).toEqual({ width: 9, height: 6 });
    await expect(stylizer.stylize(vividPicture(10, 6))).rejects.toThrow('Expected a picture of 9×6 pixels');
  });

  it.skipIf(!hasShared)('takes a model of another program', async () => {
    const stylizer = await open(sharedPath('data', 'peer-models', 'gnsmrky', 'mosaic_nc8_128x128.onnx'));
    const stylized = await stylizer.stylize(vividPicture(128, 128));
    expect(new Set(stylized.data).size).toBeGreaterThan(100);
  });
});

describe('a stylizer', () => {
  it('takes strength, colours and a mask, and tells how far it is', async () => {
    const stylizer = await open(await writeModel(await temporaryFolder(), negativeGraph()));
    const picture = plainPicture(4, 2, [200, 100, 0]);
    const seen: string[] = [];
    const half = await stylizer.stylize(picture, {
      strength: 0.5,
      mask: async ({ width, height }) => Float32Array.from({ length: width * height }, (_, pixel) => pixel % 2),
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    });
    expect([...half.data.slice(0, 6)]).toEqual([200, 100, 0, 128, 128, 128]);
    expect(seen).toEqual(['1/1']);
    const [red = 0, green = 0, blue = 0] = (await stylizer.stylize(picture, { keepColors: true })).data;
    expect(blue).toBeLessThan(green);
    expect(green).toBeLessThan(red);
    await expect(stylizer.stylize(picture, { strength: 2 })).rejects.toThrow(
      'Expected a strength from 0 to 1 but received 2',
    );
  });

  it.each<[string, unknown, string]>([
    ['without pixels', { width: 0, height: 0, data: new Uint8Array() }, 'at least one pixel but received 0×0'],
    ['of half pixels', { width: 2.5, height: 2, data: new Uint8Array(15) }, 'at least one pixel but received 2.5×2'],
    ['of too few bytes', { width: 2, height: 2, data: new Uint8Array(9) }, 'Expected 12 bytes of RGB for 2×2 pixels'],
    ['of a list', { width: 1, height: 1, data: [1, 2, 3] }, 'bytes of a picture in a Uint8Array but received a list'],
  ])('takes no picture %s', async (_, picture, reason) => {
    const stylizer = await open(await writeModel(await temporaryFolder(), negativeGraph()));
    await expect(Reflect.apply(stylizer.stylize, undefined, [picture])).rejects.toThrow(reason);
  });

  it('paints into a raster of the same size only', async () => {
    const stylizer = await open(await writeModel(await temporaryFolder(), negativeGraph()));
    const raster = (width: number) => memoryRaster({ width, height: 4, channels: 3, depth: 8 });
    await expect(stylizer.paint(raster(5), raster(4))).rejects.toThrow(
      'Expected to paint 5×4 pixels into as many but received 4×4',
    );
  });

  it('stops when the signal says so', async () => {
    const stylizer = await open(await writeModel(await temporaryFolder(), negativeGraph()));
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(stylizer.stylize(vividPicture(), { signal })).rejects.toThrow('stopped');
  });
});

describe('picture files', () => {
  it('are written and read', async () => {
    const path = join(await temporaryFolder(), 'picture.png');
    await writePicture(vividPicture(), path);
    const { data, ...size } = await readPicture(path);
    expect(size).toEqual({ width: 96, height: 64 });
    expect(Buffer.from(data).equals(vividPicture().data)).toBe(true);
    expect(await readPicture(await readFile(path))).toEqual(await readPicture(path));
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'received undefined'],
    ['no bytes', new Uint8Array(), 'Expected a picture file at the bytes but it is empty'],
    ['a text’s bytes', new TextEncoder().encode('hello'), 'picture in the bytes but its content is none of these'],
    ['a number', 7, 'Expected the path of a picture or its bytes (a Uint8Array) but received number'],
  ])('are not read from %s', async (_, source, reason) => {
    await expect(Reflect.apply(readPicture, undefined, [source])).rejects.toThrow(reason);
  });
});
