import { readFile } from 'node:fs/promises';
import ort from 'onnxruntime-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Graph } from '../../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { writeOnnx } from '../../../src/graph-builder/onnx/onnx-file.ts';
import { memoryRaster, type RasterFormat } from '../../../src/image/raster.ts';
import { type Stylizer, stylizerOf } from '../../../src/infer/stylizer.ts';
import type { PaintOptions } from '../../../src/infer/tiles/painter.ts';
import { tilingForms } from '../../../src/infer/tiling-forms.ts';
import { fixSize } from '../../../src/lowering/export/fixed-size.ts';
import { rgbaPictures } from '../../../src/lowering/export/rgba-pictures.ts';
import { vividPicture } from '../../helpers/pictures.ts';
import { randomParameters, tinyNetwork } from '../../helpers/tiny-network.ts';

const openSession = (model: Uint8Array) =>
  ort.InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 4 });

async function open(graph: Graph, tiled = true): Promise<Stylizer> {
  const model = writeOnnx(graph);
  const forms = tilingForms(model);
  const stylizer = stylizerOf(
    await openSession(model),
    'the model',
    tiled && forms ? () => ({ ...forms, openSession }) : undefined,
  );
  onTestFinished(() => stylizer.release());
  return stylizer;
}

const network = inferenceGraph(tinyNetwork, randomParameters(tinyNetwork, 7));

function rasterOf(width: number, height: number) {
  return memoryRaster({ width, height, channels: 3, depth: 8 }, vividPicture(width, height).data);
}

async function paint(stylizer: Stylizer, source: ReturnType<typeof rasterOf>, options: PaintOptions = {}) {
  const target = memoryRaster(source);
  await stylizer.paint(source, target, options);
  return target.samples;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? 0))), 0);
}

describe('painting in tiles', () => {
  it.each([
    [300, 260],
    [301, 263],
    [150, 402],
  ])('gives the pixels of one tile, %s×%s', async (width, height) => {
    const stylizer = await open(network);
    const source = rasterOf(width, height);
    const whole = await paint(stylizer, source, { tile: 1000 });
    const tiled = await paint(stylizer, source, { tile: 64 });
    // Rounding to whole numbers may fall to either side where sums are added in another order.
    expect(largestDifference(tiled, whole)).toBeLessThanOrEqual(1);
    expect(new Set(whole).size).toBeGreaterThan(30);
  });

  it('is what the whole picture gives where the statistics are those of the picture itself', async () => {
    const stylizer = await open(network);
    const source = rasterOf(200, 140);
    const { data } = await stylizer.stylize({ width: 200, height: 140, data: vividPicture(200, 140).data });
    expect(largestDifference(await paint(stylizer, source, { tile: 64 }), data)).toBeLessThanOrEqual(1);
    expect(largestDifference(await paint(stylizer, source), data)).toBe(0);
  });

  it.each<[string, (pixel: number) => number]>([
    ['white', () => 255],
    ['a line on a white page', (pixel) => (pixel > 90_000 && pixel < 90_200 && pixel % 3 > 0 ? 30 : 255)],
  ])('paints what deviates little as the whole picture is painted: %s', async (_, colour) => {
    const stylizer = await open(network);
    const size = { width: 400, height: 300 };
    const data = Uint8Array.from({ length: 3 * 120_000 }, (_, index) => colour(Math.floor(index / 3)));
    const whole = await stylizer.stylize({ ...size, data });
    const tiled = await stylizer.stylize({ ...size, data }, { tile: 128 });
    expect(largestDifference(tiled.data, whole.data)).toBeLessThanOrEqual(2);
  });

  it('takes a picture with a speck as one without, since it drowns in rounding errors', async () => {
    const stylizer = await open(network);
    const white = { width: 400, height: 300, data: new Uint8Array(3 * 120_000).fill(255) };
    const speckled = { ...white, data: white.data.with(3 * 60_200, 254) };
    const [whole, tiled] = [await stylizer.stylize(white), await stylizer.stylize(speckled, { tile: 128 })];
    expect(largestDifference(tiled.data, whole.data)).toBeLessThanOrEqual(2);
  });

  it('takes models of bytes too', async () => {
    const stylizer = await open(rgbaPictures(network));
    const source = rasterOf(200, 140);
    const [whole, tiled] = [await paint(stylizer, source), await paint(stylizer, source, { tile: 64 })];
    expect(largestDifference(tiled, whole)).toBeLessThanOrEqual(1);
  });

  it('is refused for models of one size', async () => {
    const stylizer = await open(fixSize(network, { width: 64, height: 48 }));
    const source = rasterOf(64, 48);
    await expect(paint(stylizer, source, { tile: 32 })).rejects.toThrow(
      'Expected a model of any size for tiles, but this one takes 64×48 pixels only; leave --tile out',
    );
    expect(await paint(stylizer, source)).toEqual(await paint(await open(network), source));
  });

  it('tells each tile, and stops between two', async () => {
    const stylizer = await open(network);
    const seen: string[] = [];
    const stop = new AbortController();
    const onProgress = (done: number, total: number) => {
      seen.push(`${done}/${total}`);
      if (done === 2) stop.abort(new Error('enough'));
    };
    const painting = paint(stylizer, rasterOf(128, 128), { tile: 64, onProgress, signal: stop.signal });
    await expect(painting).rejects.toThrow('enough');
    expect(seen).toEqual(['1/4', '2/4']);
  });

  it('paints 16 bits more finely, and keeps alpha', async () => {
    const stylizer = await open(network);
    const format: RasterFormat = { width: 96, height: 80, channels: 4, depth: 16 };
    const samples = Uint16Array.from({ length: 96 * 80 * 4 }, (_, index) => (index * 2503) % 65536);
    const source = memoryRaster(format, samples.slice());
    const target = memoryRaster(format);
    await stylizer.paint(source, target, { tile: 64 });
    const alpha = (all: ArrayLike<number>) => Array.from(all).filter((_, index) => index % 4 === 3);
    expect(alpha(target.samples)).toEqual(alpha(samples));
    expect(source.samples).toEqual(samples);
    expect(new Set(target.samples.map((value) => value % 257)).size).toBeGreaterThan(100);
  });

  it('takes controls and a mask, tile by tile', async () => {
    const stylizer = await open(network);
    const source = rasterOf(128, 96);
    const full = await paint(stylizer, source, { tile: 64 });
    const leftOnly = await paint(stylizer, source, {
      tile: 64,
      mask: async ({ left, width, height }) =>
        Float32Array.from({ length: width * height }, (_, pixel) => (left + (pixel % width) < 40 ? 1 : 0)),
    });
    const column = (index: number) => Math.floor(index / 3) % 128;
    expect(leftOnly).toEqual(full.map((value, index) => (column(index) < 40 ? value : (source.samples[index] ?? 0))));
    const none = await paint(stylizer, source, { tile: 64, strength: 0 });
    expect(none).toEqual(source.samples);
  });

  it('is refused for models that it cannot take apart, which are painted in one piece otherwise', async () => {
    const stylizer = await open(network, false);
    const source = rasterOf(70, 50);
    await expect(paint(stylizer, source, { tile: 64 })).rejects.toThrow(
      'Expected a .onnx file that impasto wrote, since only those can be painted in tiles',
    );
    expect(await paint(stylizer, source)).toEqual(await paint(await open(network), source));
  });

  it('knows no forms of files that are no model of impasto', async () => {
    expect(tilingForms(await readFile(new URL(import.meta.url)))).toBeUndefined();
  });
});
