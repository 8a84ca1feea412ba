import { open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../files/make-folder.node.ts';
import { writeWholeFile } from '../files/write-file.node.ts';
import { isAtWork, ownName } from '../files/writer.node.ts';
import { decodePicture } from '../image/decode.node.ts';
import { encodePicture } from '../image/encode.node.ts';
import type { Picture } from '../image/picture.ts';
import type { Segment } from './join-segments.node.ts';

const recordFile = 'record.json';
/** Names the process that is painting. */
const painterFile = 'painter';

const recordSchema = z.object({
  settings: z.string(),
  segments: z.array(z.object({ file: z.string(), frames: z.int(), start: z.int() })),
});

/**
 * The folder of a clip's painted segments, `.NAME.partial` beside the file NAME that is written in the end. What is painted
 * is what record.json lists; whatever else lies there is left over from a process that was killed.
 */
export class PartialFolder {
  private constructor(
    readonly path: string,
    private readonly settings: string,
    private painted: readonly Segment[],
  ) {}

  /**
   * Opens the folder of an output file, or makes it, for this process alone.
   * @param settings all that the painted frames depend on: segments painted with others are thrown away
   * @throws if another process is painting that file
   */
  static async open(output: string, settings: string): Promise<PartialFolder> {
    const path = join(dirname(output), `.${basename(output)}.partial`);
    await makeFolder(path);
    await claim(path, output);
    const found = (await readdir(path)).filter((file) => file !== painterFile);
    const record = await readRecord(join(path, recordFile));
    const kept = new PartialFolder(path, settings, record?.settings === settings ? record.segments : []);
    const folder = kept.files.every((file) => found.includes(file)) ? kept : new PartialFolder(path, settings, []);
    for (const file of found) {
      if (!folder.files.includes(file)) await rm(join(path, file), { recursive: true, force: true });
    }
    return folder;
  }

  /** The segments that are painted, in the clip's order. */
  get segments(): readonly Segment[] {
    return this.painted;
  }

  /** How many frames are painted. */
  get frames(): number {
    return this.painted.reduce((sum, { frames }) => sum + frames, 0);
  }

  /** Where to write the next segment. */
  get unfinishedSegment(): string {
    return join(this.path, 'unfinished.nut');
  }

  /** Where to write the joined clip. */
  get unfinishedClip(): string {
    return join(this.path, 'unfinished-clip');
  }

  /**
   * Keeps the segment that was written, for good.
   * @param last its last frame as painted: the next segment's smoothing begins with it
   */
  async add({ frames, start }: Omit<Segment, 'file'>, last: Picture): Promise<void> {
    const number = this.painted.length;
    const file = `${String(number).padStart(5, '0')}.nut`;
    await encodePicture(last, this.lastFrameFile(number));
    // The record must not outlast a power failure that its segment does not.
    await flush(this.unfinishedSegment);
    await rename(this.unfinishedSegment, join(this.path, file));
    this.painted = [...this.painted, { file, frames, start }];
    const record = { settings: this.settings, segments: this.painted };
    await writeWholeFile(join(this.path, recordFile), JSON.stringify(record));
    await rm(this.lastFrameFile(number - 1), { force: true });
    await writeFile(join(this.path, painterFile), ownName);
  }

  /** The last frame painted, exactly as it was. */
  async lastFrame(): Promise<Picture> {
    return decodePicture(this.lastFrameFile(this.painted.length - 1));
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  /** Leaves it to other processes. */
  async close(): Promise<void> {
    await rm(join(this.path, painterFile), { force: true });
  }

  /** The names of all that must be there. */
  private get files(): readonly string[] {
    if (this.painted.length === 0) return [];
    return [recordFile, ...this.painted.map(({ file }) => file), basename(this.lastFrameFile(this.painted.length - 1))];
  }

  private lastFrameFile(segment: number): string {
    return join(this.path, `${String(segment).padStart(5, '0')}.png`);
  }
}

/** @throws if another process has the folder */
async function claim(folder: string, output: string): Promise<void> {
  const path = join(folder, painterFile);
  await writeFile(path, ownName, { flag: 'wx' }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    const [painter, { mtime }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    if (isAtWork(painter, mtime)) {
      throw new Error(
        `Expected to paint ${output} alone but another process is at it; wait until it is done, or remove ${path} if there is none`,
      );
    }
    await writeFile(path, ownName);
  });
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

/** The record that a folder holds; undefined if there is none that can be read. */
async function readRecord(path: string): Promise<z.infer<typeof recordSchema> | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}
