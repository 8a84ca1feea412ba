import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { transformNetworkParameters } from '../../../src/graph-builder/networks/transform-network.ts';
import { type Checkpoint, styleRun } from '../../../src/train/checkpoint.ts';
import {
  checkpointNames,
  readCheckpointFiles,
  writeCheckpointFiles,
} from '../../../src/train/run/checkpoint-files.node.ts';
import { RunFolder } from '../../../src/train/run/run-folder.node.ts';
import { runTraining } from '../../../src/train/run/run-training.node.ts';
import { initialState } from '../../../src/train/training-state.ts';
import { canMount, fillDisk, mountSmallDisk } from '../../helpers/small-disk.ts';
import { difference, smallConfiguration, smallRun, stateIn } from '../../helpers/small-run.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/** A checkpoint after so many steps. */
function checkpointAt(step: number): Checkpoint {
  const state = initialState(transformNetworkParameters(smallConfiguration.network), step);
  const cursor = { epoch: 1, position: step };
  return {
    state: { ...state, step, cursor, learningRateFactor: 0.5 },
    configuration: smallConfiguration,
    warnings: 3,
    photographs: { count: 6, digest: 'abc' },
  };
}

/** A folder with the checkpoints of steps 1 and 2. */
async function folderOfTwo(): Promise<string> {
  const folder = await temporaryFolder();
  for (const step of [1, 2]) await writeCheckpointFiles(styleRun, folder, checkpointAt(step));
  return folder;
}

const damages: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  'a flipped bit in a tensor': (bytes) => flipped(bytes, bytes.length - 1000),
  'a flipped bit in the step': (bytes) => flipped(bytes, bytes.indexOf('step\\":') + 7),
  'the second half missing': (bytes) => bytes.subarray(0, bytes.length / 2),
  'the last byte missing': (bytes) => bytes.subarray(0, -1),
  'nothing in it': () => Buffer.alloc(0),
};

function flipped(bytes: Buffer, position: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[position] = (copy[position] ?? 0) ^ 1;
  return copy;
}

async function damage(folder: string, name: keyof typeof checkpointNames, how: string): Promise<void> {
  const path = join(folder, checkpointNames[name]);
  await writeFile(path, damages[how]?.(await readFile(path)) ?? '');
}

describe('the checkpoints of a run', () => {
  it('are the last two, and come back as they were', async () => {
    const folder = await folderOfTwo();
    await writeCheckpointFiles(styleRun, folder, checkpointAt(3));
    expect((await readdir(folder)).sort()).toEqual(Object.values(checkpointNames).sort());
    expect(await readCheckpointFiles(styleRun, folder)).toEqual({ ...checkpointAt(3), damage: undefined });
    await rm(join(folder, checkpointNames.last));
    expect(await readCheckpointFiles(styleRun, folder)).toEqual({ ...checkpointAt(2), damage: undefined });
  });

  it.each(Object.keys(damages))('%s: the one before is taken, and survives the next one', async (how) => {
    const folder = await folderOfTwo();
    await damage(folder, 'last', how);
    const restored = await readCheckpointFiles(styleRun, folder);
    expect(restored.state).toEqual(checkpointAt(1).state);
    expect(restored.damage).toContain(join(folder, checkpointNames.last));
    await writeCheckpointFiles(styleRun, folder, checkpointAt(4));
    await damage(folder, 'last', how);
    expect((await readCheckpointFiles(styleRun, folder)).state.step).toBe(1);
  });

  it.each(Object.keys(damages))('%s in the one before does not matter', async (how) => {
    const folder = await folderOfTwo();
    await damage(folder, 'previous', how);
    expect(await readCheckpointFiles(styleRun, folder)).toEqual({ ...checkpointAt(2), damage: undefined });
  });

  it.each(Object.keys(damages))('%s in both: one sentence that names both and says what to do', async (how) => {
    const folder = await folderOfTwo();
    await damage(folder, 'last', how);
    await damage(folder, 'previous', how);
    const error: unknown = await readCheckpointFiles(styleRun, folder).catch((reason: unknown) => reason);
    for (const name of Object.values(checkpointNames)) expect(String(error)).toContain(join(folder, name));
    expect(String(error)).toMatch(/: begin again into another --out, with the options that its config\.json has$/);
    await expect(RunFolder.requireNew(styleRun, folder)).rejects.toThrow(/holds one/);
  });

  it.skipIf(!canMount)('on a full disk the one before the last makes room for the next', async () => {
    const disk = await mountSmallDisk(1024);
    for (const step of [1, 2]) await writeCheckpointFiles(styleRun, disk, checkpointAt(step));
    fillDisk(join(disk, 'filler'));
    await writeCheckpointFiles(styleRun, disk, checkpointAt(3));
    expect((await readCheckpointFiles(styleRun, disk)).state.step).toBe(3);
    await rm(join(disk, checkpointNames.previous));
    fillDisk(join(disk, 'filler'));
    await expect(writeCheckpointFiles(styleRun, disk, checkpointAt(4))).rejects.toThrow(/ENOSPC/);
    expect((await readCheckpointFiles(styleRun, disk)).state.step).toBe(3);
    expect((await readdir(disk)).sort()).toEqual([checkpointNames.last, 'filler']);
  });

  it('are missed where there are none', async () => {
    await expect(readCheckpointFiles(styleRun, await temporaryFolder())).rejects.toThrow(/checkpoint to resume from/);
  });

  it('a run whose last checkpoint is damaged warns and ends as one that was never interrupted', async () => {
    const whole = await smallRun({ checkpointEvery: 1 });
    await runTraining(whole);
    const short = { ...whole, out: `${whole.out}-short`, configuration: { ...whole.configuration, steps: 3 } };
    await runTraining(short);
    await damage(short.out, 'last', 'a flipped bit in a tensor');
    const resumeFrom = await RunFolder.readCheckpoint(styleRun, short.out);
    expect(resumeFrom.state.step).toBe(2);
    const warnings: string[] = [];
    const resumed = { ...whole, out: short.out, resumeFrom, onWarning: (warning: string) => warnings.push(warning) };
    await runTraining(resumed);
    expect(difference(await stateIn(whole.out), await stateIn(short.out))).toBe(0);
    expect(warnings).toEqual([expect.stringMatching(/checkpoint\.safetensors is damaged.*of step 2, is used/)]);
    const lines = (await readFile(join(short.out, 'warnings.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { step: 2, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), message: warnings[0] },
    ]);
  });
});
