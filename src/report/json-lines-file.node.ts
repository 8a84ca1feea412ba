import { open, stat } from 'node:fs/promises';
import type { z } from 'zod';
import { parseLine } from './run-lines.ts';

/** What was found in a file since it was read last. */
export interface AddedLines<T> {
  readonly lines: readonly T[];
  /** The file is another one than before, or shorter: `lines` are all it has. */
  readonly replaced: boolean;
}

/** A file of JSON lines that grows: each reading takes up where the one before ended. */
export class JsonLinesFile<T> {
  #offset = 0;
  #inode = 0;

  constructor(
    private readonly path: string,
    private readonly schema: z.ZodType<T>,
  ) {}

  /** The lines added since the last reading; lines cut short or of another form are left out. A missing file is empty. */
  async readAdded(): Promise<AddedLines<T>> {
    const found = await stat(this.path).catch(() => undefined);
    const { ino = 0, size = 0 } = found ?? {};
    const replaced = this.#offset > 0 && (ino !== this.#inode || size < this.#offset);
    if (replaced) this.#offset = 0;
    this.#inode = ino;
    if (size === this.#offset) return { lines: [], replaced };
    return { lines: this.#take(await readBytes(this.path, this.#offset)), replaced };
  }

  #take(bytes: Buffer): readonly T[] {
    const whole = bytes.lastIndexOf('\n') + 1;
    const lines = bytes.toString('utf8', 0, whole).split('\n');
    this.#offset += whole;
    // An object's JSON that lacks its end is no JSON: what can be parsed is complete though no line break follows.
    const rest = bytes.toString('utf8', whole);
    if (parseLine(this.schema, rest) !== null) {
      lines.push(rest);
      this.#offset += bytes.length - whole;
    }
    return lines.map((line) => parseLine(this.schema, line)).filter((line) => line !== null);
  }
}

async function readBytes(path: string, start: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of file.createReadStream({ start, autoClose: false })) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}
