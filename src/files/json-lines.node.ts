import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { systemErrorCode } from './system-error.node.ts';
import { writeWholeFile } from './write-file.node.ts';

/** A growing file of one JSON object a line. */
export class JsonLines {
  constructor(readonly path: string) {}

  async append(line: object): Promise<void> {
    await appendFile(this.path, `${JSON.stringify(line)}\n`);
  }

  /** Drops the lines of steps after the given one. */
  async keepTo(step: number): Promise<void> {
    await this.keep((line) => stepOf(line) <= step);
  }

  /** Drops all lines but the first ones. */
  async keepFirst(count: number): Promise<void> {
    await this.keep((_line, index) => index < count);
  }

  private async keep(isKept: (line: string, index: number) => boolean): Promise<void> {
    const lines = await this.read();
    const kept = lines.filter(isKept);
    if (kept.length === lines.length) return;
    await writeWholeFile(this.path, kept.map((line) => `${line}\n`).join(''));
  }

  /** The lines; none if there is no file. */
  private async read(): Promise<readonly string[]> {
    try {
      return (await readFile(this.path, 'utf8')).split('\n').filter(Boolean);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }
}

/** The step of a line; Infinity for what is none, such as a line cut short by a full disk. */
function stepOf(line: string): number {
  try {
    return z.object({ step: z.number() }).parse(JSON.parse(line)).step;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
