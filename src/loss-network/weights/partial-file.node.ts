import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rm, writeFile } from 'node:fs/promises';
import { cacheError } from '../../files/cache-folder.node.ts';

/** A run of a remote file's bytes, from `start` up to, not including, `end`. */
export interface Segment {
  readonly start: number;
  readonly end: number;
}

/** Which bytes of which version of which file a partial download is of. */
export interface PartialContents {
  readonly url: string;
  readonly validator: string | null;
  readonly size: number | null;
  readonly segments: readonly Segment[];
}

/** The fewest segments that cover exactly the given ones, in ascending order: those that touch are joined. */
export function mergeSegments(segments: Iterable<Segment>): readonly Segment[] {
  const merged: Segment[] = [];
  for (const { start, end } of [...segments].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else merged.push({ start, end });
  }
  return merged;
}

/**
 * A download under way: a file with the wanted segments one after another, as far as they have come, and a small JSON
 * file beside it that says what they are of. Its length is its progress, so a process that dies leaves it consistent.
 */
export class PartialFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #segments: readonly Segment[];
  readonly totalBytes: number;
  #receivedBytes: number;

  private constructor(path: string, handle: FileHandle, segments: readonly Segment[], receivedBytes: number) {
    this.#path = path;
    this.#handle = handle;
    this.#segments = segments;
    this.#receivedBytes = receivedBytes;
    this.totalBytes = segments.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** Opens the partial download at `path`, going on with what is there if it is of the same contents, else anew. */
  static async open(path: string, contents: PartialContents): Promise<PartialFile> {
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT).catch((cause: unknown) => {
      throw cacheError(path, cause);
    });
    const description = JSON.stringify(contents);
    const recorded = await readFile(descriptionPath(path), 'utf8').catch(() => null);
    const { size } = await handle.stat();
    const resumed = new PartialFile(path, handle, contents.segments, size);
    if (recorded === description && size <= resumed.totalBytes) return resumed;
    // In this order, a process that dies between the two leaves nothing that the new description does not cover.
    await handle.truncate(0);
    await writeFile(descriptionPath(path), description);
    return new PartialFile(path, handle, contents.segments, 0);
  }

  static async remove(path: string): Promise<void> {
    await rm(path, { force: true });
    await rm(descriptionPath(path), { force: true });
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** The parts of the segments that have not come yet. */
  remaining(): readonly Segment[] {
    const remaining: Segment[] = [];
    let present = this.#receivedBytes;
    for (const { start, end } of this.#segments) {
      const skipped = Math.min(present, end - start);
      if (start + skipped < end) remaining.push({ start: start + skipped, end });
      present -= skipped;
    }
    return remaining;
  }

  /**
   * Adds the next bytes of `remaining()`.
   * @throws if the disk does not take them
   */
  async append(chunk: Uint8Array): Promise<void> {
    let written = 0;
    while (written < chunk.length) {
      const { bytesWritten } = await this.#handle
        .write(chunk, written, chunk.length - written, this.#receivedBytes)
        .catch((cause: unknown) => {
          throw cacheError(this.#path, cause);
        });
      written += bytesWritten;
      this.#receivedBytes += bytesWritten;
    }
  }

  /**
   * The remote file's bytes from `start` up to, not including, `end`, which lie within one segment.
   * @throws if they have not been downloaded
   */
  async read(start: number, end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - start);
    const position = this.#positionOf(start);
    const { bytesRead } = await this.#handle.read(bytes, 0, bytes.length, position);
    if (bytesRead === bytes.length) return bytes;
    throw new Error(`Expected bytes ${start} to ${end} to be downloaded but received ${bytesRead} of them`);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #positionOf(offset: number): number {
    let position = 0;
    for (const { start, end } of this.#segments) {
      if (offset >= start && offset < end) return position + offset - start;
      position += end - start;
    }
    throw new Error(`Expected an offset of the downloaded segments but received ${offset}`);
  }
}

function descriptionPath(path: string): string {
  return `${path}.json`;
}
