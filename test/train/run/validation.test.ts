import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { splitValidation } from '../../../src/dataset/validation-split.ts';
import { findPictures } from '../../../src/image/find.node.ts';
import { styleRun } from '../../../src/train/checkpoint.ts';
import { RunFolder } from '../../../src/train/run/run-folder.node.ts';
import { runTraining } from '../../../src/train/run/run-training.node.ts';
import { difference, smallRun, stateIn } from '../../helpers/small-run.ts';

const lines = async (folder: string) =>
  (await readFile(join(folder, 'validation.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('validation', () => {
  it('judges the photographs that were kept out, at every checkpoint and at the end', async () => {
    const run = await smallRun({ validation: 2, checkpointEvery: 3, seed: 3 });
    const started: number[] = [];
    await runTraining({ ...run, onStart: ({ photographs }) => started.push(photographs) });
    expect(started).toEqual([4]);
    const results = await lines(run.out);
    expect(results.map(({ step }) => step)).toEqual([3, 4]);
    expect(Object.keys(results[0])).toEqual(['step', 'loss', 'content', 'style', 'tv', 'photographs']);
    for (const { loss, content, style, tv, photographs } of results) {
      const { weights } = run.configuration;
      expect(loss / (weights.content * content + weights.style * style + weights.tv * tv)).toBeCloseTo(1, 5);
      expect(photographs).toBe(2);
    }
    expect(results[0].loss).not.toBe(results[1].loss);
  });

  it('leaves out photographs that cannot be read, and does not look at them in training', async () => {
    const run = await smallRun({ validation: 2, steps: 1 });
    const { content, seed } = run.configuration;
    const files = await findPictures(content);
    const { validation } = splitValidation(files, 2, seed);
    const whole = await readFile(validation[0] ?? '');
    await writeFile(validation[0] ?? '', whole.subarray(0, whole.length / 2));
    const style = files.find((file) => !validation.includes(file)) ?? '';
    const skipped: string[] = [];
    const configuration = { ...run.configuration, style, steps: 6 };
    await runTraining({ ...run, configuration, onSkip: ({ path }) => skipped.push(basename(path)) });
    expect(await lines(run.out)).toMatchObject([{ step: 6, photographs: 1 }]);
    expect(skipped).toEqual([]);
  });

  it('goes on after a resume as if there had been none', async () => {
    const run = await smallRun({ validation: 2, checkpointEvery: 1 });
    await runTraining(run);
    const again = { ...run, out: `${run.out}-again` };
    await runTraining({ ...again, configuration: { ...run.configuration, steps: 2 } });
    await runTraining({ ...again, resumeFrom: await RunFolder.readCheckpoint(styleRun, again.out) });
    expect(await lines(again.out)).toEqual(await lines(run.out));
    expect(difference(await stateIn(run.out), await stateIn(again.out))).toBe(0);
  });
});
