import { createHash } from 'node:crypto';
import { opendir, stat } from 'node:fs/promises';
import { systemErrorCode } from '../files/system-error.node.ts';
import { decodeCrop, PictureError, type PictureFile, pictureSize, readPictureFile } from '../image/decode.node.ts';
import { chooseCrop } from './crop-choice.ts';
import { type CropOutcome, type CropSource, type SkippedPhotograph, tooSmall } from './crop-source.ts';
import { readPhotographIndex, writePhotographIndex } from './index-file.node.ts';
import { type PackedPaths, PathList } from './path-list.node.ts';
import { CONTENTS_DIGEST_BYTES, PhotographIndex } from './photograph-index.node.ts';
import type { Sample } from './sampler.ts';
import { SizeGroups } from './size-groups.ts';

/** Which photographs there are. */
export interface PhotographSource {
  /** Those held out, then those to train on. */
  readonly paths: PackedPaths;
  /** How many are held out: their copies are not trained on either. */
  readonly heldOut: number;
  /** The folder without which nothing can go on, if there is one. */
  readonly folder: string | undefined;
  /** Where to keep what was learnt of the photographs, if anywhere. */
  readonly indexFile: string | undefined;
}

/** Files that are asked for their size at the same time. */
const QUERIES_IN_FLIGHT = 64;

/**
 * The photographs of a list, read when they are needed and not before. What a photograph gives depends on the files and
 * their contents alone, not on what was read earlier: what is remembered of a file holds as long as its size and its time
 * of writing stay, and a photograph is a copy of another by the list's order, whichever of the two is read first.
 */
export class Photographs implements CropSource {
  readonly #paths: PathList;
  readonly #groups: SizeGroups;
  #saved: Promise<void> = Promise.resolve();

  private constructor(
    private readonly source: PhotographSource,
    private readonly index: PhotographIndex,
  ) {
    this.#paths = new PathList(source.paths);
    this.#groups = new SizeGroups(index.length, (photograph) => index.bytesOf(photograph));
  }

  /** Looks up the size of every file, and what the index file says of them; no photograph is opened. */
  static async open(source: PhotographSource): Promise<Photographs> {
    const paths = new PathList(source.paths);
    const index = new PhotographIndex(paths.length);
    await noteFiles(paths, index);
    if (source.indexFile !== undefined) await restore(source.indexFile, paths, index);
    // What the index file does not hold is not worth writing before a photograph was opened.
    index.markSaved();
    return new Photographs(source, index);
  }

  /** How many there are to train on. */
  get count(): number {
    return this.index.length - this.source.heldOut;
  }

  /**
   * Reads a photograph and cuts a crop.
   * @param sample its index among those to train on, and the random part of the crop
   * @param size side of the crop in pixels
   */
  async crop({ index, draws }: Sample, size: number): Promise<CropOutcome> {
    const photograph = this.source.heldOut + index;
    try {
      const fault = await this.#knownFault(photograph, size);
      if (fault) return { kind: 'skipped', photograph: fault };
      const file = await this.#read(photograph);
      const whole = await pictureSize(file);
      this.index.setSize(photograph, whole);
      const crop = chooseCrop(whole, size, draws);
      if (!crop) return { kind: 'skipped', photograph: tooSmall(this.#paths.pathAt(photograph), whole, size) };
      const picture = await decodeCrop(file, crop);
      const copy = await this.#findCopy(photograph);
      return copy ? { kind: 'skipped', photograph: copy } : { kind: 'crop', picture };
    } catch (error) {
      if (error instanceof PictureError) return this.#explain(photograph, error);
      if (isFileLimit(error)) return { kind: 'failure', sentence: fileLimitSentence };
      throw error;
    }
  }

  /**
   * Writes what was learnt since the last time into the index file, if there is one, after a writing still under way.
   * @throws one sentence if it cannot be written
   */
  save(): Promise<void> {
    this.#saved = this.#saved.catch(() => {}).then(() => this.#write());
    return this.#saved;
  }

  async #write(): Promise<void> {
    const { indexFile } = this.source;
    if (indexFile === undefined || !this.index.isChanged) return;
    // What is learnt while the file is written is for the next time.
    this.index.markSaved();
    await writePhotographIndex(
      indexFile,
      this.index.records((photograph) => this.#paths.nameAt(photograph)),
    );
  }

  /** Why a photograph is to be left out, as far as it can be said without opening it. */
  async #knownFault(photograph: number, size: number): Promise<SkippedPhotograph | undefined> {
    const path = this.#paths.pathAt(photograph);
    const reason = this.index.unreadableReason(photograph);
    if (reason !== undefined) return { path, kind: 'unreadable', reason };
    const whole = this.index.sizeOf(photograph);
    if (!whole) return undefined;
    if (Math.min(whole.width, whole.height) < size) return tooSmall(this.#paths.pathAt(photograph), whole, size);
    return this.#findCopy(photograph);
  }

  /** Reads the photographs before it that have its size, if need be, and says whether it is a copy of one. */
  async #findCopy(photograph: number): Promise<SkippedPhotograph | undefined> {
    for (const other of this.#groups.earlierOfSize(photograph)) {
      if (!this.index.hasDigest(other)) await this.#readIfPossible(other);
      if (!this.index.isSame(photograph, other)) continue;
      const path = this.#paths.pathAt(photograph);
      const reason = `Expected each photograph once but ${path} has the same contents as ${this.#paths.pathAt(other)}`;
      return { path, kind: 'duplicate', reason };
    }
    return undefined;
  }

  async #read(photograph: number): Promise<PictureFile> {
    const file = await readPictureFile(this.#paths.pathAt(photograph));
    this.index.noteFile(photograph, file.bytes.length, file.modified);
    if (!this.index.hasDigest(photograph)) this.index.setDigest(photograph, contentsDigest(file.bytes));
    return file;
  }

  /** A photograph that cannot be read is no copy of any. */
  async #readIfPossible(photograph: number): Promise<void> {
    try {
      await this.#read(photograph);
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
    }
  }

  async #explain(photograph: number, error: PictureError): Promise<CropOutcome> {
    const { folder } = this.source;
    const code = systemErrorCode(error);
    if (code !== undefined && folder !== undefined && !(await holdsAnything(folder))) {
      return { kind: 'failure', sentence: folderGone(folder) };
    }
    // What the file system had against it may pass; what is wrong with the contents stays.
    if (code === undefined) this.index.setUnreadable(photograph, error.message);
    return { kind: 'skipped', photograph: { path: error.path, kind: 'unreadable', reason: error.message } };
  }
}

async function noteFiles(paths: PathList, index: PhotographIndex): Promise<void> {
  const note = async (photograph: number): Promise<void> => {
    const found = await stat(paths.pathAt(photograph)).catch(() => undefined);
    if (found?.isFile()) index.noteFile(photograph, found.size, found.mtimeMs);
  };
  for (let first = 0; first < paths.length; first += QUERIES_IN_FLIGHT) {
    const count = Math.min(QUERIES_IN_FLIGHT, paths.length - first);
    await Promise.all(Array.from({ length: count }, (_, offset) => note(first + offset)));
  }
}

async function restore(file: string, paths: PathList, index: PhotographIndex): Promise<void> {
  const byName = new Map(
    Array.from({ length: paths.length }, (_, photograph) => [paths.nameAt(photograph), photograph]),
  );
  await readPhotographIndex(file, (record) => {
    const photograph = byName.get(record.name);
    if (photograph !== undefined) index.restore(photograph, record);
  });
}

function contentsDigest(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest().subarray(0, CONTENTS_DIGEST_BYTES);
}

const fileLimitSentence =
  'Photographs cannot be read any more because too many files are open: raise the limit (with ulimit -n, say)';

function isFileLimit(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'EMFILE' || code === 'ENFILE';
}

/** An empty folder counts as gone: it is what a disk leaves that was disconnected. */
async function holdsAnything(folder: string): Promise<boolean> {
  try {
    const entries = await opendir(folder);
    const first = await entries.read();
    await entries.close();
    return first !== null;
  } catch {
    return false;
  }
}

function folderGone(folder: string): string {
  return `The content folder ${folder} is gone: it was deleted, renamed or is on a disk that was disconnected`;
}
