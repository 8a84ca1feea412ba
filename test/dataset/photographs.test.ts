import { cp, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchOutcome, photographBatches } from '../../src/dataset/batches.ts';
import type { SkippedPhotograph } from '../../src/dataset/crop-source.ts';
import { PathList } from '../../src/dataset/path-list.node.ts';
import { Photographs } from '../../src/dataset/photographs.node.ts';
import { type DataCursor, FIRST_SAMPLE } from '../../src/dataset/sampler.ts';
import { findPictures } from '../../src/image/find.node.ts';
import { heapInUse } from '../helpers/heap.ts';
import { plainPicture, smoothPicture, toSharp } from '../helpers/pictures.ts';
import { plainPhotographs, shown } from '../helpers/plain-photographs.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const SIZE = 16;

interface Take {
  readonly files: readonly string[];
  readonly count: number;
  readonly heldOut?: readonly string[];
  readonly folder?: string;
  readonly indexFile?: string;
  readonly cursor?: DataCursor;
  readonly batch?: number;
}

interface Taken {
  /** Red of each crop's first pixel: the number of a plain photograph. */
  readonly crops: number[];
  readonly cursors: DataCursor[];
  readonly data: Float32Array[];
  readonly skipped: SkippedPhotograph[];
  readonly failure: string | undefined;
}

/** Opens the photographs anew, as a run that is started does, and takes some batches. */
async function take({
  files,
  heldOut = [],
  folder,
  indexFile,
  cursor = FIRST_SAMPLE,
  batch = 2,
  count,
}: Take): Promise<Taken> {
  const paths = PathList.pack([...heldOut, ...files]).packed;
  const photographs = await Photographs.open({ paths, heldOut: heldOut.length, folder, indexFile });
  const outcomes: BatchOutcome[] = [];
  if (count > 0) {
    for await (const outcome of photographBatches(photographs, { size: SIZE, batch, seed: 5, cursor })) {
      outcomes.push(outcome);
      if (outcomes.length === count) break;
    }
  }
  await photographs.save();
  const batches = outcomes.flatMap((outcome) => ('batch' in outcome ? [outcome.batch] : []));
  return {
    crops: batches.flatMap((one) => shown(one, SIZE)),
    cursors: batches.map((one) => one.cursor),
    data: batches.map((one) => one.data),
    skipped: outcomes.flatMap((outcome) => outcome.skipped),
    failure: outcomes.map((outcome) => ('failure' in outcome ? outcome.failure : undefined)).at(-1),
  };
}

/**
 * A folder with folders in it: six photographs with their own pixels, copies of some before and after them in the list's
 * order, and of every kind of unusable photograph one and its copy.
 */
async function mixedFolder(): Promise<{ folder: string; files: string[] }> {
  const folder = await temporaryFolder();
  const write = async (name: string, content: Buffer) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  };
  const pictures = await Promise.all(
    Array.from({ length: 6 }, (_, number) =>
      toSharp(smoothPicture(30 + 5 * number, 24))
        .png()
        .toBuffer(),
    ),
  );
  for (const [number, picture] of pictures.entries()) await write(`m/${number}.png`, picture);
  const [first = Buffer.of(), second = Buffer.of()] = pictures;
  await write('a/copy-of-0.png', first);
  await write('z/copy-of-0.png', first);
  await write('z/deep/copy-of-1.png', second);
  const photograph = await toSharp(smoothPicture(300, 200)).jpeg().toBuffer();
  const truncated = photograph.subarray(0, photograph.length / 2);
  const small = await toSharp(plainPicture(SIZE - 1, 50, [1, 2, 3]))
    .png()
    .toBuffer();
  for (const copy of ['b', 'n']) {
    await write(`${copy}/truncated.jpg`, truncated);
    await write(`${copy}/small.png`, small);
    await write(`${copy}/empty.png`, Buffer.of());
  }
  const files = await findPictures(folder);
  files.push(join(folder, 'missing.png'));
  return { folder, files };
}

describe('the batches of photographs', () => {
  it('are the same after a resume at any cursor, with copies and unusable photographs, with and without an index', async () => {
    const { folder, files } = await mixedFolder();
    const whole = await take({ files, count: 16 });
    const usable = 6;
    expect(whole.cursors.at(-1)?.epoch).toBeGreaterThanOrEqual(Math.floor((16 * 2) / usable) - 1);

    const warm = join(folder, 'warm.jsonl');
    await take({ files, count: 3, indexFile: warm });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 15 }),
        fc.constantFrom('none', 'cold', 'warm'),
        async (done, index) => {
          const indexFile = { none: undefined, cold: join(folder, `${done}.jsonl`), warm }[index];
          const cursor = whole.cursors[done - 1] ?? FIRST_SAMPLE;
          const resumed = await take({ files, cursor, count: 16 - done, ...(indexFile && { indexFile }) });
          expect(resumed.cursors).toEqual(whole.cursors.slice(done));
          expect(resumed.data).toEqual(whole.data.slice(done));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('hold each of several copies once an epoch: the first in the list, whatever is read first', async () => {
    const { folder, files } = await mixedFolder();
    const indexFile = join(folder, 'index.jsonl');
    const cold = await take({ files, count: 12, indexFile });
    const summary = ({ skipped }: Taken) =>
      skipped.map(({ path, kind }) => `${kind} ${relative(folder, path).replaceAll('\\', '/')}`).sort();
    expect(summary(cold)).toEqual([
      'duplicate m/0.png',
      'duplicate z/copy-of-0.png',
      'duplicate z/deep/copy-of-1.png',
      'tooSmall b/small.png',
      'tooSmall n/small.png',
      'unreadable b/empty.png',
      'unreadable b/truncated.jpg',
      'unreadable missing.png',
      'unreadable n/empty.png',
      'unreadable n/truncated.jpg',
    ]);
    expect(cold.skipped.find(({ path }) => path.endsWith('copy-of-1.png'))?.reason).toMatch(
      /^Expected each photograph once but .*copy-of-1\.png has the same contents as .*m.1\.png$/,
    );
    const warm = await take({ files, count: 12, indexFile });
    expect(warm.data).toEqual(cold.data);
    expect(warm.skipped).toEqual(cold.skipped);
  });

  it('hold no copy of a photograph that is held out', async () => {
    const [validation = '', ...files] = await plainPhotographs(4);
    const copy = join(dirname(validation), 'copy.png');
    await cp(validation, copy);
    const { crops, skipped } = await take({ files: [...files, copy], heldOut: [validation], count: 3, batch: 3 });
    expect([...new Set(crops)].sort()).toEqual([1, 2, 3]);
    expect(skipped).toMatchObject([{ path: copy, kind: 'duplicate' }]);
  });

  it('go on with the next epoch from a cursor past the end', async () => {
    const files = await plainPhotographs(3);
    const past = await take({ files, count: 2, cursor: { epoch: 4, position: 17 } });
    expect(past).toEqual(await take({ files, count: 2, cursor: { epoch: 5, position: 0 } }));
  });

  it('skip a photograph that vanishes, and end when the whole folder does or is emptied', async () => {
    const files = await plainPhotographs(5);
    const [first = ''] = files;
    const folder = dirname(first);
    await rm(first);
    const one = await take({ files, folder, count: 4 });
    expect(new Set(one.crops)).toEqual(new Set([1, 2, 3, 4]));
    expect(one.skipped).toMatchObject([{ path: first, kind: 'unreadable' }]);
    expect(one.skipped[0]?.reason).toMatch(/there is no such file$/);

    await rm(folder, { recursive: true });
    const gone = await take({ files, folder, count: 4 });
    expect(gone.failure).toMatch(/^The content folder .* is gone: it was deleted, renamed or/);
    expect(gone.skipped).toEqual([]);
    await mkdir(folder);
    expect((await take({ files, folder, count: 4 })).failure).toBe(gone.failure);
  });
});

describe('the index of photographs', () => {
  /** Writes other contents into a file, so that neither its size nor its time tell. */
  async function replaceUnseen(path: string, content: Buffer): Promise<void> {
    const { size, atime, mtime } = await stat(path);
    await writeFile(path, Buffer.concat([content, Buffer.alloc(size - content.length)]));
    await utimes(path, atime, mtime);
  }

  /** Three plain photographs and something unreadable, of which an index knows. */
  async function knownPhotographs(): Promise<{
    files: string[];
    broken: string;
    indexFile: string;
    photograph: Buffer;
  }> {
    const files = await plainPhotographs(3);
    const [first = ''] = files;
    const broken = join(dirname(first), 'broken.png');
    await writeFile(broken, 'x'.repeat(5000));
    // A whole number of milliseconds, which is what utimes sets.
    await utimes(broken, 1_600_000_000, 1_600_000_000);
    const indexFile = join(dirname(first), 'index.jsonl');
    await take({ files: [...files, broken], indexFile, count: 4 });
    const photograph = await toSharp(plainPicture(20, 20, [77, 1, 1]))
      .png()
      .toBuffer();
    return { files: [...files, broken], broken, indexFile, photograph };
  }

  it('spares opening what is known to be unusable', async () => {
    const { files, broken, indexFile, photograph } = await knownPhotographs();
    await replaceUnseen(broken, photograph);
    const known = await take({ files, indexFile, count: 4 });
    expect(known.crops).not.toContain(77);
    expect(known.skipped).toMatchObject([{ path: broken, kind: 'unreadable' }]);
    expect((await take({ files, count: 4 })).crops).toContain(77);
  });

  it('notices a changed file by its time of writing or its size', async () => {
    for (const change of ['time', 'size']) {
      const { files, broken, indexFile, photograph } = await knownPhotographs();
      if (change === 'time') {
        await replaceUnseen(broken, photograph);
        await utimes(broken, 1_600_000_000, 1_600_000_001);
      } else {
        await writeFile(broken, photograph);
        await utimes(broken, 1_600_000_000, 1_600_000_000);
      }
      expect((await take({ files, indexFile, count: 4 })).crops, change).toContain(77);
      // What was learnt anew is what the index now holds.
      expect(await readFile(indexFile, 'utf8')).not.toContain('its content is none of these');
    }
  });

  it('is ignored and written anew where it is damaged', async () => {
    const { files, broken, indexFile, photograph } = await knownPhotographs();
    const whole = await readFile(indexFile, 'utf8');
    await writeFile(indexFile, whole.replace('broken.png', 'broken.pnk'));
    expect((await take({ files, indexFile, count: 4 })).skipped).toMatchObject([{ path: broken }]);
    expect(await readFile(indexFile, 'utf8')).toBe(whole);
    await writeFile(indexFile, 'not an index');
    await replaceUnseen(broken, photograph);
    expect((await take({ files, indexFile, count: 4 })).crops).toContain(77);
  });

  it('does not take a file for unreadable for ever that was only missing', async () => {
    const files = await plainPhotographs(3);
    const [first = ''] = files;
    const indexFile = join(dirname(first), 'index.jsonl');
    const content = await readFile(first);
    await rm(first);
    expect((await take({ files, indexFile, count: 3 })).crops).not.toContain(0);
    await writeFile(first, content);
    expect((await take({ files, indexFile, count: 3 })).crops).toContain(0);
  });

  it('is not written where nothing was learnt', async () => {
    const { files, indexFile } = await knownPhotographs();
    await take({ files, indexFile, count: 4 });
    const { ino } = await stat(indexFile);
    await take({ files, indexFile, count: 4 });
    expect((await stat(indexFile)).ino).toBe(ino);
  });
});

describe('a hundred thousand photographs', () => {
  /** Makes batches until some photographs were left out, and returns how many. */
  async function leaveOut(batches: AsyncIterable<BatchOutcome>, most: number): Promise<number> {
    let left = 0;
    for await (const { skipped } of batches) {
      left += skipped.length;
      if (left > most) break;
    }
    return left;
  }

  it('take no heap, even if nearly all of them are left out', async () => {
    const files = await plainPhotographs(20);
    const small = join(dirname(files[0] ?? ''), 'small.png');
    await toSharp(plainPicture(SIZE - 1, 20, [1, 2, 3]))
      .png()
      .toFile(small);
    const before = heapInUse();
    const paths = PathList.pack([...files, ...Array.from({ length: 100_000 }, () => small)]).packed;
    const photographs = await Photographs.open({ paths, heldOut: 0, folder: undefined, indexFile: undefined });
    const batches = photographBatches(photographs, { size: SIZE, batch: 1, seed: 1, cursor: FIRST_SAMPLE });
    expect(await leaveOut(batches, 4000)).toBeGreaterThan(4000);
    // The paths as strings would take ten times as much, the sentences of those left out more.
    expect(heapInUse() - before).toBeLessThan(2 ** 20);
    expect(photographs.count).toBe(100_020);
  });
});
