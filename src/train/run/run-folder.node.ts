import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JsonLines } from '../../files/json-lines.node.ts';
import { makeFolder } from '../../files/make-folder.node.ts';
import { unfinishedSuffix, writeWholeFile } from '../../files/write-file.node.ts';
import type { Checkpoint, RunKind } from '../checkpoint.ts';
import type { StepMetrics } from '../loop.ts';
import {
  checkpointNames,
  type RestoredCheckpoint,
  readCheckpointFiles,
  writeCheckpointFiles,
} from './checkpoint-files.node.ts';
import type { ValidationResult } from './validation.node.ts';

/** The folder of one training run: every file appears whole or not at all, but for the growing ones (.jsonl). */
export class RunFolder<Configuration> {
  private readonly metrics: JsonLines;
  private readonly validation: JsonLines;
  private readonly warnings: JsonLines;
  private warningCount = 0;

  private constructor(
    private readonly kind: RunKind<Configuration>,
    readonly path: string,
  ) {
    this.metrics = new JsonLines(this.file('metrics.jsonl'));
    this.validation = new JsonLines(this.file('validation.jsonl'));
    this.warnings = new JsonLines(this.file('warnings.jsonl'));
  }

  /**
   * Opens the folder for a new run, making it if it is missing.
   * @throws if it holds an earlier run that learnt something, or cannot be written
   */
  static async create<Configuration>(
    kind: RunKind<Configuration>,
    path: string,
    configuration: Configuration,
  ): Promise<RunFolder<Configuration>> {
    await RunFolder.requireNew(kind, path);
    return RunFolder.open(kind, path, configuration, async (folder) => {
      for (const name of Object.values(checkpointNames)) await rm(folder.file(name), { force: true });
      await folder.cutBack(0, 0);
    });
  }

  /**
   * Opens the folder of a run that goes on, and cuts the growing files back to its checkpoint.
   * @throws if it cannot be written
   */
  static async reopen<Configuration>(
    kind: RunKind<Configuration>,
    path: string,
    configuration: Configuration,
    { state, warnings }: Checkpoint<Configuration>,
  ): Promise<RunFolder<Configuration>> {
    return RunFolder.open(kind, path, configuration, (folder) => folder.cutBack(state.step, warnings));
  }

  /**
   * Checks that a new run would not write over an earlier one.
   * @throws if the folder holds a checkpoint after the first step, or one that is damaged
   */
  static async requireNew<Configuration>(kind: RunKind<Configuration>, path: string): Promise<void> {
    if (!(await holdsCheckpoint(path))) return;
    const checkpoint = await readCheckpointFiles(kind, path).catch(() => undefined);
    if (checkpoint?.state.step === 0) return;
    throw new Error(
      `Expected an --out without an earlier run but ${path} holds one; go on with --resume ${path}, or choose another --out`,
    );
  }

  /**
   * The run's last whole checkpoint.
   * @throws if the folder has none, or those that it has are damaged
   */
  static readCheckpoint<Configuration>(
    kind: RunKind<Configuration>,
    path: string,
  ): Promise<RestoredCheckpoint<Configuration>> {
    return readCheckpointFiles(kind, path);
  }

  /**
   * As `readCheckpoint`, but undefined where there is no checkpoint at all.
   * @throws if those that the folder has are damaged
   */
  static async findCheckpoint<Configuration>(
    kind: RunKind<Configuration>,
    path: string,
  ): Promise<RestoredCheckpoint<Configuration> | undefined> {
    return (await holdsCheckpoint(path)) ? readCheckpointFiles(kind, path) : undefined;
  }

  private static async open<Configuration>(
    kind: RunKind<Configuration>,
    path: string,
    configuration: Configuration,
    prepare: (folder: RunFolder<Configuration>) => Promise<void>,
  ): Promise<RunFolder<Configuration>> {
    const folder = new RunFolder(kind, path);
    await makeFolder(folder.file('previews'));
    try {
      await folder.removeUnfinished();
      await prepare(folder);
      await writeWholeFile(folder.file('config.json'), `${JSON.stringify(configuration, null, 2)}\n`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Expected a folder to write to at ${path} but it cannot be written (${reason})`, {
        cause: error,
      });
    }
    return folder;
  }

  /** The path of a file in the folder. */
  file(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  async writeCheckpoint(checkpoint: Omit<Checkpoint<Configuration>, 'warnings'>): Promise<void> {
    await writeCheckpointFiles(this.kind, this.path, { ...checkpoint, warnings: this.warningCount });
  }

  async appendMetrics(metrics: StepMetrics): Promise<void> {
    await this.metrics.append(metrics);
  }

  async appendValidation(result: ValidationResult): Promise<void> {
    await this.validation.append(result);
  }

  /** @param step the step that the warning is about */
  async appendWarning(step: number, message: string): Promise<void> {
    await this.warnings.append({ step, time: new Date().toISOString(), message });
    this.warningCount++;
  }

  private async cutBack(step: number, warnings: number): Promise<void> {
    await this.metrics.keepTo(step);
    await this.validation.keepTo(step);
    await this.warnings.keepFirst(warnings);
    this.warningCount = warnings;
  }

  /** Removes what processes that were killed while they wrote have left. */
  private async removeUnfinished(): Promise<void> {
    for (const folder of [this.path, this.file('previews')]) {
      const unfinished = (await readdir(folder)).filter((name) => name.endsWith(unfinishedSuffix));
      for (const name of unfinished) await rm(join(folder, name), { force: true });
    }
  }
}

async function holdsCheckpoint(path: string): Promise<boolean> {
  const names = await readdir(path).catch((): string[] => []);
  return Object.values(checkpointNames).some((name) => names.includes(name));
}
