import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { makeFolder } from '../image/make-folder.node.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { TrainingConfiguration } from './configuration.ts';
import type { StepMetrics } from './loop.ts';

const checkpointName = 'checkpoint.safetensors';

/** The folder of one training run: every file appears whole or not at all, but for the growing metrics.jsonl. */
export class RunFolder {
  private constructor(readonly path: string) {}

  /**
   * Opens the folder, making it if it is missing.
   * @throws if it cannot be written
   */
  static async open(path: string): Promise<RunFolder> {
    const folder = new RunFolder(path);
    await makeFolder(folder.file('previews'));
    try {
      await appendFile(folder.file('metrics.jsonl'), '');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Expected a folder to write to at ${path} but it cannot be written (${reason})`, {
        cause: error,
      });
    }
    return folder;
  }

  /**
   * Checks that a new run would not write over an earlier one.
   * @throws if the folder holds a checkpoint
   */
  static requireNew(path: string): void {
    if (!existsSync(join(path, checkpointName))) return;
    throw new Error(
      `Expected an --out without an earlier run but ${path} holds one; go on with --resume ${path}, or choose another --out`,
    );
  }

  /** The path of a file in the folder. */
  file(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  async writeConfiguration(configuration: TrainingConfiguration): Promise<void> {
    await this.write('config.json', `${JSON.stringify(configuration, null, 2)}\n`);
  }

  async writeCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await this.write(checkpointName, writeCheckpoint(checkpoint));
  }

  async writeModel(bytes: Uint8Array): Promise<void> {
    await this.write('model.onnx', bytes);
  }

  async appendMetrics(metrics: StepMetrics): Promise<void> {
    await appendFile(this.file('metrics.jsonl'), `${JSON.stringify(metrics)}\n`);
  }

  /** Drops the metrics of steps after the given one: a resumed run writes them again. */
  async keepMetricsTo(step: number): Promise<void> {
    const lines = (await readFile(this.file('metrics.jsonl'), 'utf8'))
      .split('\n')
      .filter((line) => stepOf(line) <= step);
    await this.write('metrics.jsonl', lines.map((line) => `${line}\n`).join(''));
  }

  /**
   * The run's last checkpoint.
   * @throws if the folder has none, or it is damaged
   */
  static async readCheckpoint(path: string): Promise<Checkpoint> {
    const file = join(path, checkpointName);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(file);
    } catch (error) {
      throw new Error(`Expected a checkpoint to resume from at ${file} but it cannot be read`, { cause: error });
    }
    return readCheckpoint(bytes, file);
  }

  private async write(name: string, data: Uint8Array | string): Promise<void> {
    await writeFileAtomic(this.file(name), typeof data === 'string' ? data : Buffer.from(data));
  }
}

/** The step of a line of metrics.jsonl; Infinity for what is none, such as a line cut short by a power failure. */
function stepOf(line: string): number {
  try {
    return z.object({ step: z.number() }).parse(JSON.parse(line)).step;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
