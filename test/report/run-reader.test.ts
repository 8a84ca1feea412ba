import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeWholeFile } from '../../src/files/write-file.node.ts';
import { RunReader } from '../../src/report/run-reader.node.ts';
import { makeRunFolder, stepLine, stepLines } from '../helpers/run-folders.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const stepsIn = (points: readonly { readonly step: number }[]) => points.map(({ step }) => step);

describe('a run folder read while it grows', () => {
  it('gives each step once, one cut short when it is complete', async () => {
    const folder = await makeRunFolder({ stepsDone: 2 });
    const metrics = join(folder, 'metrics.jsonl');
    const reader = new RunReader(folder);
    expect(stepsIn((await reader.refresh()).points)).toEqual([1, 2]);
    const line = stepLine(3);
    await appendFile(metrics, line.slice(0, 20));
    expect(await reader.refresh()).toEqual({ points: [], other: false });
    await appendFile(metrics, line.slice(20, -1));
    const added = await reader.refresh();
    expect([stepsIn(added.points), added.other]).toEqual([[3], false]);
    await appendFile(metrics, `\n${stepLine(4)}`);
    expect(stepsIn((await reader.refresh()).points)).toEqual([4]);
    expect(stepsIn(reader.record().points)).toEqual([1, 2, 3, 4]);
  });

  it('reads anew what is replaced, and drops steps that are done again', async () => {
    const folder = await makeRunFolder({ stepsDone: 10 });
    const metrics = join(folder, 'metrics.jsonl');
    const reader = new RunReader(folder);
    await reader.refresh();
    await appendFile(metrics, stepLine(8));
    expect(await reader.refresh()).toEqual({ points: [], other: true });
    expect(stepsIn(reader.record().points)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await writeWholeFile(metrics, stepLines(5));
    expect((await reader.refresh()).other).toBe(true);
    expect(stepsIn(reader.record().points)).toEqual([1, 2, 3, 4, 5]);
    expect(reader.record().seconds).toHaveLength(5);
  });

  it('notices validations and warnings, and a run that begins', async () => {
    const folder = await temporaryFolder();
    const reader = new RunReader(folder);
    await reader.refresh();
    expect(reader.hasRun).toBe(false);
    const configuration = { style: 'a', styleName: 'b', author: '', licence: '', steps: 3 };
    await writeFile(join(folder, 'config.json'), JSON.stringify(configuration));
    expect((await reader.refresh()).other).toBe(true);
    expect(reader.hasRun).toBe(true);
    await writeFile(join(folder, 'validation.jsonl'), '{"step":1,"loss":1,"content":1,"style":null,"tv":1}');
    expect((await reader.refresh()).other).toBe(true);
    expect((await reader.refresh()).other).toBe(false);
    await writeFile(join(folder, 'warnings.jsonl'), '{"step":1,"time":"now","message":"look"}\n');
    expect((await reader.refresh()).other).toBe(true);
    expect(reader.record()).toMatchObject({ validation: [{ style: null }], warnings: [{ message: 'look' }] });
  });
});
