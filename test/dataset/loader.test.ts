import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  createPhotographLoader,
  type PhotographBatch,
  type PhotographLoader,
  type PhotographLoaderOptions,
  type SkippedPhotograph,
} from '../../src/dataset/loader.node.ts';
import { findPictures } from '../../src/image/find.node.ts';
import { hasShared, sharedPath } from '../../tools/shared-data/shared.ts';
import { plainPicture, smoothPicture, toSharp } from '../helpers/pictures.ts';
import { plainPhotographs, shown } from '../helpers/plain-photographs.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

function open(options: PhotographLoaderOptions): PhotographLoader {
  const loader = createPhotographLoader(options);
  onTestFinished(() => loader.close());
  return loader;
}

async function take(loader: PhotographLoader, count: number): Promise<PhotographBatch[]> {
  const batches: PhotographBatch[] = [];
  while (batches.length < count) batches.push(await loader.next());
  return batches;
}

/** Batches until the loader gives up, and the sentence that it gives. */
async function takeAll(
  loader: PhotographLoader,
  most = 1000,
): Promise<{ batches: PhotographBatch[]; sentence: string }> {
  const batches: PhotographBatch[] = [];
  try {
    while (batches.length < most) batches.push(await loader.next());
  } catch (error) {
    return { batches, sentence: String(error) };
  }
  throw new Error(`the loader still gives batches after ${most}`);
}

describe('createPhotographLoader', () => {
  it('gives planar RGB crops and shows every photograph once an epoch', async () => {
    const loader = open({ files: await plainPhotographs(10), size: 16, batch: 2, seed: 1 });
    const batches = await take(loader, 10);
    expect(batches[0]?.data).toHaveLength(2 * 3 * 16 * 16);
    expect(new Set(batches[0]?.data.subarray(256, 512))).toEqual(new Set([100]));
    expect(new Set(batches[0]?.data.subarray(512, 768))).toEqual(new Set([200]));
    const order = batches.flatMap((batch) => shown(batch, 16));
    for (const epoch of [order.slice(0, 10), order.slice(10)]) {
      expect(epoch.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect(order.slice(0, 10)).not.toEqual(order.slice(10));
    expect(batches.map(({ epoch }) => epoch)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect(batches[3]?.cursor).toEqual({ epoch: 0, position: 8 });
    expect(batches[4]?.cursor).toEqual({ epoch: 1, position: 0 });
  });

  it('crosses the end of an epoch inside a batch', async () => {
    const loader = open({ files: await plainPhotographs(3), size: 16, batch: 4, seed: 1 });
    const [first, second] = await take(loader, 2);
    expect(first).toMatchObject({ epoch: 0, cursor: { epoch: 1, position: 1 } });
    expect(second).toMatchObject({ epoch: 1, cursor: { epoch: 2, position: 2 } });
  });

  it('gives the same batches for the same seed, others for another, and goes on from a cursor', async () => {
    const folder = await temporaryFolder();
    const files = await Promise.all(
      [0, 1, 2, 3, 4].map(async (index) => {
        const path = join(folder, `${index}.png`);
        await toSharp(smoothPicture(60 + 9 * index, 50))
          .png()
          .toFile(path);
        return path;
      }),
    );
    // A broken photograph among them: leaving it out must not depend on what was seen before.
    await writeFile(files[2] ?? '', (await readFile(files[2] ?? '')).subarray(0, 200));
    const options = { files, size: 24, batch: 3, seed: 9 };
    const whole = await take(open(options), 8);
    expect(await take(open({ ...options, prefetch: 1 }), 8)).toEqual(whole);
    expect((await take(open({ ...options, seed: 10 }), 1))[0]?.data).not.toEqual(whole[0]?.data);
    for (const done of [1, 4]) {
      const cursor = whole[done - 1]?.cursor;
      expect(cursor).toBeDefined();
      if (cursor !== undefined) expect(await take(open({ ...options, cursor }), 8 - done)).toEqual(whole.slice(done));
    }
  });

  it('leaves out a truncated, a too small and a missing photograph, and tells each once', async () => {
    const files = await plainPhotographs(12);
    const [truncated = '', small = '', missing = ''] = files;
    const complete = await toSharp(smoothPicture(300, 200)).jpeg().toBuffer();
    await writeFile(truncated, complete.subarray(0, complete.length / 2));
    await toSharp(plainPicture(15, 300, [1, 1, 1]))
      .png()
      .toFile(small);
    rmSync(missing);
    const told: SkippedPhotograph[] = [];
    const loader = open({ files, size: 16, batch: 3, seed: 2, onSkip: (photograph) => told.push(photograph) });
    const batches = await take(loader, 9);

    const order = batches.flatMap((batch) => shown(batch, 16));
    for (const epoch of [order.slice(0, 9), order.slice(9, 18), order.slice(18)]) {
      expect(epoch.toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
    }
    expect(told.map(({ path }) => path).toSorted()).toEqual([truncated, small, missing]);
    expect(loader.skipped()).toEqual({ tooSmall: 1, unreadable: 2, duplicate: 0, total: 3 });
    expect(told.find(({ path }) => path === small)?.reason).toMatch(
      /^Expected a photograph of at least 16×16 pixels but .*001\.png has 15×300$/,
    );
    expect(told.find(({ path }) => path === truncated)?.reason).toMatch(/truncated or damaged/);
  });

  it('ends with one sentence where no photograph can be used', async () => {
    const files = await plainPhotographs(6);
    await writeFile(files[3] ?? '', 'not a picture');
    const loader = open({ files, size: 37, batch: 2, seed: 1 });
    const { batches, sentence } = await takeAll(loader);
    expect(batches).toHaveLength(0);
    expect(sentence).toMatch(
      /none of 6 can be used: 5 are smaller than 37×37 pixels and 1 cannot be read \(for example: .*003\.png/,
    );
    await expect(loader.next()).rejects.toThrow('none of 6 can be used');
    expect(loader.skipped()).toMatchObject({ tooSmall: 5, unreadable: 1 });
  });

  it('keeps a bounded number of batches ready, and ends when the folder vanishes', async () => {
    const files = await plainPhotographs(60);
    const loader = open({ files, size: 16, batch: 1, seed: 1, prefetch: 5 });
    await loader.next();
    await pause(1500);
    for (const file of files) rmSync(file);
    const { batches, sentence } = await takeAll(loader);
    // Ready, or in decoding with the four that are in flight.
    expect(batches.length).toBeGreaterThanOrEqual(5);
    expect(batches.length).toBeLessThanOrEqual(9);
    expect(sentence).toMatch(/none of 60 can be used: .* 60 cannot be read \(for example: .* there is no such file\)/);
  });

  it('fails at once when the content folder is gone', async () => {
    const files = await plainPhotographs(60);
    const folder = dirname(files[0] ?? '');
    const loader = open({ files, folder, size: 16, batch: 1, seed: 1, prefetch: 1 });
    await loader.next();
    rmSync(folder, { recursive: true });
    const { sentence } = await takeAll(loader);
    expect(sentence).toContain(`The content folder ${folder} is gone`);
    expect(loader.skipped().total).toBe(0);
  });

  it('counts copies, also of what is held out, and keeps an index that it writes when it is closed', async () => {
    const [heldOut = '', ...files] = await plainPhotographs(5);
    const folder = dirname(heldOut);
    const copies = [join(folder, 'x.png'), join(folder, 'y.png')];
    await copyFile(heldOut, copies[0] ?? '');
    await copyFile(files[0] ?? '', copies[1] ?? '');
    const indexFile = join(await temporaryFolder(), 'photographs', 'index.jsonl');
    const options = {
      files: [...files, ...copies],
      heldOut: [heldOut],
      folder,
      indexFile,
      size: 16,
      batch: 4,
      seed: 1,
    };
    const loader = open(options);
    const batches = await take(loader, 3);
    for (const batch of batches) expect(shown(batch, 16).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    expect(loader.skipped()).toEqual({ tooSmall: 0, unreadable: 0, duplicate: 2, total: 2 });
    await Promise.all([loader.close(), loader.close()]);
    const lines = (await readFile(indexFile, 'utf8')).trim().split('\n').slice(1);
    expect(lines.map((line) => JSON.parse(line)[0])).toEqual(
      ['000', '001', '002', '003', '004', 'x', 'y'].map((name) => `${name}.png`),
    );
    expect(await take(open(options), 3)).toEqual(batches);
  });

  it('writes the index at the end of an epoch, and goes on where it cannot', async () => {
    const files = await plainPhotographs(4);
    const folder = await temporaryFolder();
    const indexFile = join(folder, 'index.jsonl');
    const loader = open({ files, indexFile, size: 16, batch: 4, seed: 1, prefetch: 1 });
    await take(loader, 3);
    await vi.waitFor(() => readFile(indexFile), { timeout: 30_000 });

    const warnings: string[] = [];
    await writeFile(join(folder, 'file'), '');
    const refused = open({
      ...{ files, size: 16, batch: 4, seed: 1, prefetch: 1, indexFile: join(folder, 'file', 'index.jsonl') },
      onWarning: (sentence) => warnings.push(sentence),
    });
    await take(refused, 8);
    await refused.close();
    expect(warnings).toEqual([expect.stringMatching(/^Could not write .*: set IMPASTO_CACHE to a folder/)]);
  });

  it('measures how long it kept its callers waiting', async () => {
    const loader = open({ files: await plainPhotographs(8), size: 16, batch: 2, seed: 1, prefetch: 2 });
    expect(loader.waitedSeconds).toBe(0);
    const began = performance.now();
    await loader.next();
    const first = loader.waitedSeconds;
    // The thread has first to start, which takes it longer than nothing and no longer than the call took.
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual((performance.now() - began) / 1000);
    await pause(2000);
    expect(loader.waitedSeconds).toBe(first);
  });

  it('goes on decoding while the main thread is blocked', async () => {
    const files = await plainPhotographs(20);
    const loader = open({ files, size: 16, batch: 2, seed: 1, prefetch: 4 });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
    // Whatever comes now was decoded in those three seconds, start of the thread included.
    for (const file of files) rmSync(file);
    expect(await take(loader, 4)).toHaveLength(4);
  });

  it('answers several who wait in order, and those who wait when it is closed', async () => {
    const loader = open({ files: await plainPhotographs(8), size: 16, batch: 2, seed: 1 });
    const [first, second] = await Promise.all([loader.next(), loader.next()]);
    expect([first.cursor.position, second.cursor.position]).toEqual([2, 4]);
    const waiting = Array.from({ length: 40 }, () => loader.next());
    const settled = Promise.allSettled(waiting);
    await loader.close();
    expect((await settled).at(-1)).toMatchObject({ status: 'rejected' });
    await expect(loader.next()).rejects.toThrow('it was closed');
    await loader.close();
  });

  it('refuses what cannot be loaded', () => {
    const options = { files: ['a.jpg'], size: 16, batch: 1, seed: 1 };
    expect(() => createPhotographLoader({ ...options, files: [] })).toThrow('Expected at least one photograph');
    expect(() => createPhotographLoader({ ...options, size: 0 })).toThrow(
      'Expected the crop size to be a whole number',
    );
    expect(() => createPhotographLoader({ ...options, batch: 1.5 })).toThrow('Expected the batch size');
    expect(() => createPhotographLoader({ ...options, prefetch: 0 })).toThrow('Expected the number of prefetched');
  });

  it('passes an error of the thread on', async () => {
    const loader = open({ files: ['a.jpg'], size: 16, batch: 1, seed: -1 });
    await expect(loader.next()).rejects.toThrow('Expected a random key');
  });

  it('runs under tsx, as the command does', async () => {
    const files = await plainPhotographs(3);
    const repository = fileURLToPath(new URL('../..', import.meta.url));
    const script = `
      const { createPhotographLoader } = await import('./src/dataset/loader.node.ts');
      const loader = createPhotographLoader({ files: ${JSON.stringify(files)}, size: 16, batch: 3, seed: 1 });
      const { data, cursor } = await loader.next();
      await loader.close();
      console.log(JSON.stringify({ values: data.length, cursor }));
    `;
    const arguments_ = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, arguments_, { cwd: repository });
    expect(JSON.parse(stdout)).toEqual({ values: 3 * 3 * 256, cursor: { epoch: 1, position: 0 } });
  });

  it.skipIf(!hasShared)('loads the shared photographs', async () => {
    const files = await findPictures(sharedPath('data', 'photos'));
    const loader = open({ files, size: 256, batch: 4, seed: 1 });
    const batches = await take(loader, 5);
    expect(batches.at(-1)?.cursor).toEqual({ epoch: 0, position: 20 });
    expect(loader.skipped().total).toBe(0);
  });
});
