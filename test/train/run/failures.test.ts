import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { styleRun } from '../../../src/train/checkpoint.ts';
import { RunFolder } from '../../../src/train/run/run-folder.node.ts';
import { runTraining } from '../../../src/train/run/run-training.node.ts';
import { canMount, fillDisk, mountSmallDisk } from '../../helpers/small-disk.ts';
import { difference, smallRun, stateIn } from '../../helpers/small-run.ts';

describe('a run that cannot go on', () => {
  it.each([
    ['ENOSPC', 'no space left on device, write', /^The disk of .* is full/],
    ['EMFILE', 'too many open files, open', /^Too many files are open .*ulimit -n/],
  ])('%s: saves its state and says so in one sentence', async (code, text, sentence) => {
    const run = await smallRun();
    const onStep = ({ step }: { step: number }) => {
      if (step === 2) throw Object.assign(new Error(`${code}: ${text}`), { code });
    };
    const failed = runTraining({ ...run, onStep });
    await expect(failed).rejects.toThrow(sentence);
    await expect(failed).rejects.toThrow(`; the state after step 2 is saved, go on with --resume ${run.out}`);
    expect((await stateIn(run.out)).step).toBe(2);
  });

  it.skipIf(!canMount)('a full disk leaves whole files, and the run goes on once there is room', async () => {
    const out = await mountSmallDisk(2048);
    const run = await smallRun({ steps: 6, checkpointEvery: 1 });
    await runTraining(run);
    const filler = join(out, 'filler');
    const onStep = ({ step }: { step: number }) => void (step === 3 && fillDisk(filler));
    const failed = await runTraining({ ...run, out, onStep }).catch((error: unknown) => error);
    expect(String(failed)).toMatch(/The disk of .* is full .*; the state after step \d is saved, go on with --resume/);
    expect((await readdir(out)).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
    await rm(filler);
    const resumeFrom = await RunFolder.readCheckpoint(styleRun, out);
    expect(resumeFrom.damage).toBeUndefined();
    expect(String(failed)).toContain(`after step ${resumeFrom.state.step} is`);
    expect(resumeFrom.state.step).toBeGreaterThan(1);
    await runTraining({ ...run, out, resumeFrom });
    expect(difference(await stateIn(run.out), await stateIn(out))).toBe(0);
  });
});
