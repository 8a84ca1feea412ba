import { resolve, sep } from 'node:path';

/** A list of paths as plain memory that threads share: posting it to another thread copies nothing. */
export interface PackedPaths {
  /** What all the paths start with: a folder with its separator at the end, or nothing. */
  readonly prefix: string;
  /** The rest of each path, one after another, in UTF-8. */
  readonly text: SharedArrayBuffer;
  /** A Uint32Array: where each path ends in `text`, in bytes. */
  readonly ends: SharedArrayBuffer;
}

/**
 * A list of paths that takes a few tens of bytes a path, the folder that they share only once and nothing on the heap: a
 * hundred thousand of them cost garbage collections nothing.
 */
export class PathList {
  readonly #text: Buffer;
  readonly #ends: Uint32Array;

  constructor(readonly packed: PackedPaths) {
    this.#text = Buffer.from(packed.text);
    this.#ends = new Uint32Array(packed.ends);
  }

  /**
   * Packs paths in the order given.
   * @param folder the folder that all of them lie in, if there is one
   * @throws if a path does not lie in the folder
   */
  static pack(paths: readonly string[], folder?: string): PathList {
    const prefix = folder === undefined ? '' : withSeparator(resolve(folder));
    const ends = new Uint32Array(new SharedArrayBuffer(paths.length * Uint32Array.BYTES_PER_ELEMENT));
    let length = 0;
    for (const [index, path] of paths.entries()) {
      if (!path.startsWith(prefix)) throw new Error(`Expected only paths in ${folder} but received ${path}`);
      length += Buffer.byteLength(path.slice(prefix.length));
      ends[index] = length;
    }
    const text = new SharedArrayBuffer(length);
    const bytes = Buffer.from(text);
    for (const [index, path] of paths.entries()) bytes.write(path.slice(prefix.length), ends[index - 1] ?? 0);
    return new PathList({ prefix, text, ends: ends.buffer });
  }

  get length(): number {
    return this.#ends.length;
  }

  /** The path at an index, without the folder that all share. */
  nameAt(index: number): string {
    return this.#text.toString('utf8', this.#ends[index - 1] ?? 0, this.#ends[index]);
  }

  /** The whole path at an index. */
  pathAt(index: number): string {
    return this.packed.prefix + this.nameAt(index);
  }
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}
