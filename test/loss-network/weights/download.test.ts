import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floatTensor, type Tensor } from '../../../src/graph-builder/ir/tensor.ts';
import {
  parseSafetensorsHeader,
  safetensorsHeaderEnd,
  writeSafetensors,
} from '../../../src/graph-builder/safetensors/safetensors.ts';
import { encodeWeights } from '../../../src/loss-network/weights/canonical-weights.ts';
import { type DownloadOptions, downloadWeights } from '../../../src/loss-network/weights/download.node.ts';
import { loadLossNetwork } from '../../../src/loss-network/weights/load-loss-network.node.ts';
import { deadAddress, startRangeServer } from '../../helpers/range-server.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { patternTensor, patternWeights, torchvisionTensors } from '../../helpers/vgg-files.ts';

const layer = 'relu2_1';
const expected = patternWeights('vgg16', layer);
const published = publishedFile(torchvisionTensors(patternWeights('vgg16', 'relu3_1')));

/** A file as timm's: torchvision's names up to a deeper layer than asked for, and a classifier that nobody wants. */
function publishedFile(tensors: ReadonlyMap<string, Tensor>): Uint8Array {
  const classifier = ['head.fc.weight', patternTensor([1000, 512], 9)] as const;
  return writeSafetensors({ tensors: new Map([...tensors, classifier]), metadata: { format: 'pt' } });
}

const header = parseSafetensorsHeader(published, 'published');
const headerEnd = safetensorsHeaderEnd(published, 'published');
/** Where the wanted tensors are: all of features.0, .2 and .5, between which .10 and .7 lie in the file. */
const wanted = [0, 2, 5].flatMap((position) =>
  ['weight', 'bias'].map((kind) => {
    const entry = header.entries.get(`features.${position}.${kind}`);
    if (entry === undefined) throw new Error('the fixture lacks a tensor');
    return entry;
  }),
);
const wantedBytes = wanted.reduce((sum, { start, end }) => sum + end - start, 0);

/** Downloads into a new cache folder; the folder's files afterwards, whether it worked or not. */
async function download(url: string, options: DownloadOptions = {}) {
  const cacheDirectory = options.cacheDirectory ?? (await temporaryFolder());
  const run = (more: DownloadOptions = {}) =>
    downloadWeights('vgg16', { url, layer, cacheDirectory, retryDelays: [], ...options, ...more });
  return { cacheDirectory, run, files: () => readdir(join(cacheDirectory, 'loss-networks')) };
}

describe('downloadWeights', () => {
  it('asks for the header and then for nothing but the wanted tensors', async () => {
    const server = await startRangeServer(published);
    const { cacheDirectory, run, files } = await download(server.url);
    const progress: number[] = [];
    const stored = await run({
      onProgress: ({ receivedBytes, totalBytes }) => {
        expect(totalBytes).toBe(wantedBytes);
        progress.push(receivedBytes);
      },
    });
    expect(stored).toMatchObject({ architecture: 'vgg16', deepestLayer: layer, bytes: (await stat(stored.path)).size });
    expect(await loadLossNetwork('vgg16', { cacheDirectory })).toEqual(expected);
    expect(await files()).toEqual(['vgg16.safetensors']);
    expect(server.requests.slice(0, 2)).toMatchObject([
      { start: 0, end: 8 },
      { start: 8, end: headerEnd },
    ]);
    const data = server.requests.slice(2);
    expect(data.reduce((sum, { sent }) => sum + sent, 0)).toBe(wantedBytes);
    expect(data.length).toBeLessThan(wanted.length);
    for (const { start, end } of wanted) {
      expect(data.some((request) => request.start <= start && end <= request.end)).toBe(true);
    }
    expect(wantedBytes).toBeLessThan(published.length / 5);
    expect(progress.at(-1)).toBe(wantedBytes);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it('reads a server without ranges from the beginning, no further than it must', async () => {
    const server = await startRangeServer(published);
    server.knowsRanges = false;
    const { cacheDirectory, run, files } = await download(server.url);
    await run();
    expect(await loadLossNetwork('vgg16', { cacheDirectory })).toEqual(expected);
    expect(await files()).toEqual(['vgg16.safetensors']);
    expect(server.requests).toHaveLength(1);
  });

  it("downloads impasto's own file from a mirror", async () => {
    const mirrored = { ...expected, mean: [1, 2, 3], std: [4, 5, 6] } as const;
    const server = await startRangeServer(encodeWeights(mirrored));
    const { cacheDirectory, run } = await download(server.url);
    await run();
    expect(await loadLossNetwork('vgg16', { cacheDirectory })).toEqual(mirrored);
  });

  it('goes on by itself after the connection broke', async () => {
    const server = await startRangeServer(published);
    const { cacheDirectory, run } = await download(server.url, { retryDelays: [10] });
    server.breakAfter = headerEnd + 200_000;
    await run();
    expect(await loadLossNetwork('vgg16', { cacheDirectory })).toEqual(expected);
    const data = server.requests.filter(({ start }) => start >= headerEnd);
    expect(data[1]?.start).toBeGreaterThan(data[0]?.start ?? 0);
    expect(data.reduce((sum, { sent }) => sum + sent, 0)).toBeLessThan(200_000 + wantedBytes);
  });

  it('goes on in the next run where the last one broke off', async () => {
    const server = await startRangeServer(published);
    const { cacheDirectory, run, files } = await download(server.url);
    server.breakAfter = headerEnd + 200_000;
    await expect(run()).rejects.toThrow(
      /^The download of http:.* broke off \(.*\): run the same command again to go on where it stopped$/,
    );
    expect(await files()).toEqual(['vgg16.safetensors.part', 'vgg16.safetensors.part.json']);
    const { size } = await stat(join(cacheDirectory, 'loss-networks', 'vgg16.safetensors.part'));
    expect(size).toBeGreaterThan(0);
    server.requests.length = 0;
    await run();
    expect(await loadLossNetwork('vgg16', { cacheDirectory })).toEqual(expected);
    expect(await files()).toEqual(['vgg16.safetensors']);
    expect(server.requests.reduce((sum, { sent }) => sum + sent, 0)).toBe(headerEnd + wantedBytes - size);
  });

  it('keeps what came from a server without ranges', async () => {
    const server = await startRangeServer(published);
    server.knowsRanges = false;
    const { cacheDirectory, run } = await download(server.url, { retryDelays: [10] });
    server.breakAfter = published.length / 3;
    await run();
    expect(await loadLossNetwork('vgg16', { cacheDirectory })).toEqual(expected);
    expect(server.requests).toHaveLength(2);
  });

  it('starts anew when the file has changed since', async () => {
    const server = await startRangeServer(published);
    const { cacheDirectory, run } = await download(server.url);
    server.breakAfter = headerEnd + 200_000;
    await expect(run()).rejects.toThrow('broke off');
    const changed = torchvisionTensors(expected);
    changed.set('features.0.bias', patternTensor([64], 77));
    server.bytes = publishedFile(new Map([...torchvisionTensors(patternWeights('vgg16', 'relu3_1')), ...changed]));
    server.etag = '"second"';
    server.requests.length = 0;
    await run();
    const { tensors } = await loadLossNetwork('vgg16', { cacheDirectory });
    expect(tensors.get('conv1_1.bias')).toEqual(patternTensor([64], 77));
    expect(tensors.get('conv1_1.weight')).toEqual(expected.tensors.get('conv1_1.weight'));
    expect(server.requests.reduce((sum, { sent }) => sum + sent, 0)).toBe(headerEnd + wantedBytes);
  });

  it('starts anew when the file changes while it comes', async () => {
    const server = await startRangeServer(published);
    const { cacheDirectory, run } = await download(server.url, { retryDelays: [10] });
    const changeOnce = () => {
      server.etag = '"second"';
    };
    await run({ onProgress: changeOnce });
    expect(await loadLossNetwork('vgg16', { cacheDirectory })).toEqual(expected);
    const openings = server.requests.filter(({ start, end }) => start === 0 && end === 8);
    expect(openings).toHaveLength(2);
  });

  it('tries again when the server is out of order for a moment', async () => {
    const server = await startRangeServer(published);
    server.status = 503;
    const { run } = await download(server.url, { retryDelays: [300] });
    const stored = run();
    await expect.poll(() => server.requests.length).toBe(1);
    server.status = null;
    expect((await stored).deepestLayer).toBe(layer);
  });

  it('stops when it is told to, and keeps what came', async () => {
    const server = await startRangeServer(published);
    const { cacheDirectory, run } = await download(server.url);
    const controller = new AbortController();
    const stopped = run({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const { size } = await stat(join(cacheDirectory, 'loss-networks', 'vgg16.safetensors.part'));
    expect(size).toBeGreaterThan(0);
  });
});

describe('downloadWeights refuses', () => {
  it.each<[string, number, RegExp]>([
    [
      'an address without a file',
      404,
      /^There is no file at http:.* \(404\): check the address, or name another with --url$/,
    ],
    ['an address that is not public', 403, /^127\.0\.0\.1:\d+ does not give out http:.* \(403\): name another address/],
    ['an answer that is no file', 204, /^Expected a file at http:.* but 127\.0\.0\.1:\d+ answered 204$/],
    [
      'a server that stays out of order',
      500,
      /broke off \(127\.0\.0\.1:\d+ answered 500\): run the same command again/,
    ],
  ])('%s', async (_, status, message) => {
    const server = await startRangeServer(published);
    server.status = status;
    const { run, files } = await download(server.url);
    await expect(run()).rejects.toThrow(message);
    expect(await files()).toEqual([]);
  });

  it.each([true, false])('a web page (ranges: %s)', async (knowsRanges) => {
    const page = Buffer.from('<!DOCTYPE html><html>Please sign in</html>');
    const server = await startRangeServer(page);
    server.knowsRanges = knowsRanges;
    const { run } = await download(server.url);
    await expect(run()).rejects.toThrow(/is not a safetensors file: .*the file begins with "<!DOCTYP"/);
    server.contentType = 'text/html; charset=utf-8';
    await expect(run()).rejects.toThrow(
      /^Expected a safetensors file at http:.* but received a web page: give the file's own/,
    );
  });

  it('a server that nobody runs', async () => {
    const address = await deadAddress();
    const { run } = await download(`http://${address}/model.safetensors`);
    await expect(run()).rejects.toThrow(
      `No network: could not reach ${address} (ECONNREFUSED): name a mirror with --url, or bring the weights over as a ` +
        'file and use "impasto weights import --from PATH"',
    );
  });

  it('a host that does not exist', async () => {
    const { run } = await download('http://no-such-host.invalid/model.safetensors');
    await expect(run()).rejects.toThrow(
      /^No network: could not reach no-such-host\.invalid \((ENOTFOUND|EAI_AGAIN)\): /,
    );
  });

  it('an address that is none', async () => {
    const { run } = await download('model.safetensors');
    await expect(run()).rejects.toThrow('begins with https:// or http:// but received model.safetensors');
  });

  it('a layer that the network does not have, before asking the server', async () => {
    const server = await startRangeServer(published);
    const { run } = await download(server.url);
    await expect(run({ layer: 'relu3_4' })).rejects.toThrow('but received relu3_4');
    expect(server.requests).toEqual([]);
  });

  it('a file that ends before the wanted layer', async () => {
    const server = await startRangeServer(published);
    const { run } = await download(server.url);
    await expect(run({ layer: 'relu3_2' })).rejects.toThrow(
      /^Expected vgg16 weights up to relu3_2 at http:.* but it ends at relu3_1$/,
    );
  });

  it('a truncated file, in its data or in its header', async () => {
    const server = await startRangeServer(published.subarray(0, published.length - 10));
    const { run } = await download(server.url);
    await expect(run()).rejects.toThrow(
      `is truncated: expected ${published.length} bytes but received ${published.length - 10}`,
    );
    server.bytes = published.subarray(0, 100);
    await expect(run()).rejects.toThrow(`is truncated: expected a header of ${headerEnd} bytes but the file has 100`);
  });

  it('weights of another shape, without asking for them', async () => {
    const tensors = torchvisionTensors(expected);
    tensors.set('features.2.weight', patternTensor([64, 32, 3, 3], 1));
    const server = await startRangeServer(publishedFile(tensors));
    const { run } = await download(server.url);
    await expect(run()).rejects.toThrow(
      'does not fit vgg16: expected the tensor features.2.weight to be [64, 64, 3, 3] but received [64, 32, 3, 3]',
    );
    expect(server.requests).toHaveLength(2);
  });

  it('values that are not numbers, and does not start from them again', async () => {
    const tensors = torchvisionTensors(expected);
    tensors.set('features.0.bias', floatTensor([64], new Float32Array(64).fill(Number.POSITIVE_INFINITY)));
    const server = await startRangeServer(publishedFile(tensors));
    const { run, files } = await download(server.url);
    await expect(run()).rejects.toThrow('expected finite numbers in the tensor features.0.bias but received Infinity');
    expect(await files()).toEqual([]);
  });
});
