import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createPhotographLoader, type PhotographLoaderOptions } from '../../src/dataset/loader.node.ts';
import { PathList } from '../../src/dataset/path-list.node.ts';
import { findPictures } from '../../src/image/find.node.ts';
import { peakMegabytes, timed } from '../measure.ts';

export interface DataOptions {
  readonly photographs: number;
  readonly batch: number;
  readonly size: number;
  readonly runs: number;
}

const PHOTOGRAPHS_IN_FOLDER = 500;

/**
 * Photographs by the thousand: seconds to walk their folders, to the first batch without and with an index from an earlier
 * run, and the rate of the batches after it. All of it reads from the file cache: the files were just written.
 */
export async function benchData({ photographs, batch, size, runs }: DataOptions): Promise<object> {
  const root = await mkdtemp(join(tmpdir(), 'impasto-bench-'));
  try {
    const folder = join(root, 'photographs');
    await writePhotographs(folder, photographs);
    let files: readonly string[] = [];
    const walk = await timed(async () => {
      files = await findPictures(folder);
    });
    const { text, ends } = PathList.pack(files, folder).packed;
    const options = { files, folder, indexFile: join(root, 'index.jsonl'), size, batch, seed: 1 };
    const cold = await timeBatches(options, runs);
    const indexed = await timeBatches(options, runs);
    return {
      bench: 'data',
      ...{ photographs: files.length, batch, size, runs },
      walkSeconds: walk,
      listBytes: text.byteLength + ends.byteLength,
      withoutIndex: cold,
      withIndex: indexed,
      peakMegabytes: peakMegabytes(),
    };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function timeBatches(options: PhotographLoaderOptions, runs: number): Promise<object> {
  const began = performance.now();
  const loader = createPhotographLoader(options);
  try {
    await loader.next();
    const firstBatchSeconds = (performance.now() - began) / 1000;
    const seconds = await timed(async () => {
      for (let run = 0; run < runs; run++) await loader.next();
    });
    return { firstBatchSeconds, imagesPerSecond: (runs * options.batch) / seconds, skipped: loader.skipped() };
  } finally {
    await loader.close();
  }
}

/** Writes photographs that differ in their bytes and, mostly, in their sizes, but not in their pixels. */
async function writePhotographs(root: string, count: number): Promise<void> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const picture = await sharp({ create: { width: 640, height: 480, channels: 3, background: 'grey', noise } })
    .blur(3)
    .jpeg()
    .toBuffer();
  for (let first = 0; first < count; first += PHOTOGRAPHS_IN_FOLDER) {
    const folder = join(root, `${Math.floor(first / PHOTOGRAPHS_IN_FOLDER)}`, 'photographs');
    await mkdir(folder, { recursive: true });
    const numbers = Array.from({ length: Math.min(PHOTOGRAPHS_IN_FOLDER, count - first) }, (_, index) => first + index);
    await Promise.all(numbers.map((number) => writeFile(join(folder, `${number}.jpg`), withComment(picture, number))));
  }
}

/** The JPEG file with a comment segment (marker FFFE) after its first marker, whose text and length the number decides. */
function withComment(picture: Buffer, number: number): Buffer {
  const comment = Buffer.from(`photograph ${number}`.padEnd(64 + ((number * 7919) % 8192)));
  const length = Buffer.from([0xff, 0xfe, (comment.length + 2) >> 8, (comment.length + 2) & 0xff]);
  return Buffer.concat([picture.subarray(0, 2), length, comment, picture.subarray(2)]);
}
