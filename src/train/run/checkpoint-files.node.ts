import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../../files/system-error.node.ts';
import { writeWholeFile } from '../../files/write-file.node.ts';
import type { TrainingConfiguration } from '../../style-file/training-configuration.ts';
import { type Checkpoint, type RunKind, readCheckpoint, writeCheckpoint } from '../checkpoint.ts';

/** The last two checkpoints of a run, by their names in its folder. */
export const checkpointNames = { last: 'checkpoint.safetensors', previous: 'checkpoint.previous.safetensors' } as const;

/** The checkpoint that a run goes on from. */
export interface RestoredCheckpoint<Configuration = TrainingConfiguration> extends Checkpoint<Configuration> {
  /** What is wrong with the last checkpoint, where the one before it had to be taken. */
  readonly damage: string | undefined;
}

/**
 * Writes a run's checkpoint and keeps the one before it. At every instant the folder holds at least one whole checkpoint,
 * if it held one before.
 * @throws the system's error if it cannot be written; the last checkpoint is then still there
 */
export async function writeCheckpointFiles<Configuration>(
  kind: RunKind<Configuration>,
  folder: string,
  checkpoint: Checkpoint<Configuration>,
): Promise<void> {
  const last = join(folder, checkpointNames.last);
  const previous = join(folder, checkpointNames.previous);
  const bytes = await writeCheckpoint(kind, checkpoint);
  const isLastWhole = async () => 'checkpoint' in (await examine(kind, last));
  const write = () =>
    writeWholeFile(last, bytes, async () => {
      // A damaged one must not take the place of the whole one before it.
      if (await isLastWhole()) await rename(last, previous);
    });
  await write().catch(async (error: unknown) => {
    if (systemErrorCode(error) !== 'ENOSPC' || !(await isLastWhole())) throw error;
    // The one before the last makes room on a full disk.
    await rm(previous, { force: true });
    await write();
  });
}

/**
 * The last checkpoint of a run that is whole.
 * @throws if the folder has none: naming the damaged ones and what to do, or saying that there is nothing
 */
export async function readCheckpointFiles<Configuration>(
  kind: RunKind<Configuration>,
  folder: string,
): Promise<RestoredCheckpoint<Configuration>> {
  const lastFile = join(folder, checkpointNames.last);
  const last = await examine(kind, lastFile);
  if ('checkpoint' in last) return { ...last.checkpoint, damage: undefined };
  const previous = await examine(kind, join(folder, checkpointNames.previous));
  // Without a last one the process ended between two renames: the previous one is the last that was written.
  if ('checkpoint' in previous) return { ...previous.checkpoint, damage: last.damage };
  const damages = [last.damage, previous.damage].filter((damage) => damage !== undefined);
  if (damages.length === 0) {
    throw new Error(`Expected a checkpoint to resume from at ${lastFile} but there is no such file`);
  }
  throw new Error(
    `Expected a whole checkpoint to resume from in ${folder} but found none: ${damages.join('; ')}; ` +
      'nothing can go on from there: begin again into another --out, with the options that its config.json has',
  );
}

type Examination<Configuration> =
  | { readonly checkpoint: Checkpoint<Configuration> }
  | { readonly damage: string | undefined };

/**
 * A file's checkpoint, or what is wrong with it: nothing if there is no file.
 * @throws if there is a file but the system does not let it be read
 */
async function examine<Configuration>(kind: RunKind<Configuration>, file: string): Promise<Examination<Configuration>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { damage: undefined };
    throw new Error(`Expected a checkpoint at ${file} but it cannot be read`, { cause: error });
  }
  try {
    return { checkpoint: await readCheckpoint(kind, bytes, file) };
  } catch (error) {
    return { damage: error instanceof Error ? error.message : String(error) };
  }
}
