import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { styleRun } from '../../src/train/checkpoint.ts';
import { RunFolder } from '../../src/train/run/run-folder.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { stateIn } from '../helpers/small-run.ts';
import { spawnCommand } from '../helpers/spawn-command.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { makePhotographs, writePatternVgg } from '../helpers/training-files.ts';

/** The files of a small sweep and the flags that name them. */
async function sweepFlags(): Promise<{ folder: string; content: string; flags: string[]; out: string }> {
  const folder = await temporaryFolder();
  const content = await makePhotographs(join(folder, 'photographs'), 3);
  const out = join(folder, 'the sweep');
  const files = ['--style', join(content, 'photograph-0.png'), '--content', content, '--out', out];
  const weights = await writePatternVgg(folder, 'relu4_1');
  const small = ['--channels', '2', '--size', '64', '--style-sizes', '64', '--batch', '1', '--threads', '1'];
  return { folder, content, out, flags: [...files, '--loss-network', weights, ...small, '--device', 'cpu'] };
}

describe('impasto sweep', { timeout: 300_000 }, () => {
  it('trains each cell as an ordinary run, passes over what is done, and a chosen one can be trained on', async () => {
    const { out, flags } = await sweepFlags();
    const cellFolder = (weight: number) => join(out, `weight-${weight}-size-64`);
    const argv = ['sweep', ...flags, '--steps', '2', '--json', '--style-weights'];
    const first = await runCommandLine(...argv, '12,4');
    expect(first).toMatchObject({ code: 0 });
    const { contactSheet, cells } = JSON.parse(first.stdout);
    expect(contactSheet).toBe(join(out, 'contact-sheet.html'));
    const command = (weight: number) => `npm run impasto -- train --resume '${cellFolder(weight)}' --steps 2000`;
    expect(cells).toEqual(
      [12, 4].map((weight) => ({
        styleWeight: weight,
        styleSize: 64,
        folder: cellFolder(weight),
        status: 'finished',
        step: 2,
        terms: {
          loss: expect.any(Number),
          content: expect.any(Number),
          style: expect.any(Number),
          tv: expect.any(Number),
        },
        failed: null,
        command: command(weight),
      })),
    );
    expect(first.stderr).toContain('Cell 2 of 2, style weight 4, style size 64\n');
    for (const weight of [4, 12]) {
      const { configuration } = await RunFolder.readCheckpoint(styleRun, cellFolder(weight));
      expect(configuration).toMatchObject({ weights: { content: 1, style: weight, tv: 2 }, styleSize: 64, steps: 2 });
      const files = await readdir(cellFolder(weight));
      expect(files).toEqual(expect.arrayContaining(['config.json', 'metrics.jsonl', 'model.onnx', 'report.html']));
    }
    const page = await readFile(contactSheet, 'utf8');
    expect(page.match(/<img [^>]*alt="photograph-\d in the style of [^"]*"/g)).toHaveLength(4);
    expect(page).toContain(command(12).replaceAll("'", '&#39;'));

    const trainedOn = ['--resume', cellFolder(4), '--steps', '3', '--device', 'cpu'];
    expect(await runCommandLine('train', ...trainedOn)).toMatchObject({ code: 0 });
    const modelTime = async (weight: number) => (await stat(join(cellFolder(weight), 'model.onnx'))).mtimeMs;
    const before = [await modelTime(4), await modelTime(12)];
    const second = await runCommandLine(...argv, '4,12,36');
    expect(second).toMatchObject({ code: 0 });
    expect([await modelTime(4), await modelTime(12)]).toEqual(before);
    expect(second.stderr.match(/style weight (4|12|36), style size 64(: done before)?\n/g)).toEqual([
      'style weight 4, style size 64: done before\n',
      'style weight 12, style size 64: done before\n',
      'style weight 36, style size 64\n',
    ]);
    expect(JSON.parse(second.stdout).cells.map(({ step }: { step: number }) => step)).toEqual([3, 2, 2]);
  });

  it('names the options that contradict those the folder began with, and changes nothing', async () => {
    const { out, content, flags } = await sweepFlags();
    const argv = ['sweep', ...flags, '--steps', '2', '--style-weights', '12'];
    expect(await runCommandLine(...argv, '--seed', '5')).toMatchObject({ code: 0 });
    const other = await runCommandLine(...argv, '--preview', join(content, 'photograph-2.png'));
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toContain('--seed (the run has 5, given was 1)');
    expect(other.stderr).toContain('--preview (the run has none, given was [');
    const shorter = ['sweep', ...flags, '--style-weights', '36,12', '--seed', '5', '--steps', '9'];
    const longer = await runCommandLine(...shorter);
    expect(longer).toMatchObject({ code: 2 });
    expect(longer.stderr).toContain('--steps (the run has 2, given was 9)');
    expect(existsSync(join(out, 'weight-36-size-64'))).toBe(false);
  });

  it('shows a cell that fails and trains the others; started again it tries only that one', async () => {
    const { out, flags } = await sweepFlags();
    const argv = ['sweep', ...flags, '--steps', '1', '--json', '--style-weights', '1e39,12'];
    const result = await runCommandLine(...argv);
    expect(result).toMatchObject({ code: 1 });
    expect(result.stderr).toMatch(/1 of 2 cells failed; the others are in .*contact-sheet\.html\n$/);
    expect(JSON.parse(result.stdout).cells).toMatchObject([
      { styleWeight: 1e39, status: 'failed', terms: null, failed: expect.stringContaining('3 steps in a row') },
      { styleWeight: 12, status: 'finished', failed: null },
    ]);
    const page = await readFile(join(out, 'contact-sheet.html'), 'utf8');
    expect(page).toContain('Failed: 3 steps in a row were not finite');
    expect(page).toContain('1 of 2 cells are trained, 1 failed');
    const again = await runCommandLine(...argv);
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain('style weight 12, style size 64: done before');
  });

  it('ends at once, with nothing written, if what all cells need is not there', async () => {
    const { folder, out, flags } = await sweepFlags();
    const argv = ['sweep', ...flags, '--style-weights', '4,12'];
    const style = join(folder, 'photographs', 'photograph-0.png');
    await rm(style);
    const result = await runCommandLine(...argv);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/photograph-0\.png/);
    expect(result.stderr).not.toContain('Cell 2');
    expect(existsSync(out)).toBe(false);
  });

  it('Ctrl-C saves the present cell and stops; the same sweep goes on with it', async () => {
    const { out, flags } = await sweepFlags();
    const argv = ['sweep', ...flags, '--steps', '400', '--checkpoint-every', '1000', '--style-weights', '4,12'];
    const command = spawnCommand(argv);
    const cell = join(out, 'weight-4-size-64');
    while (command.process.exitCode === null && !existsSync(join(cell, 'metrics.jsonl'))) await wait(20);
    // npm passes Ctrl-C on to a program that has it from the terminal: what comes at once is no second one.
    command.process.kill('SIGINT');
    await wait(20);
    command.process.kill('SIGINT');
    const stopped = await command.result;
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toMatch(
      /stopped, 0 of 2 cells are trained, all saved; start the same sweep again to go on\n$/,
    );
    expect(existsSync(join(out, 'weight-12-size-64'))).toBe(false);
    const { step } = await stateIn(cell);
    expect(step).toBeGreaterThan(0);
    expect(await readFile(join(out, 'contact-sheet.html'), 'utf8')).toContain(`Step ${step} of 400`);
    const again = spawnCommand(argv);
    let heard = '';
    again.process.stderr?.on('data', (chunk) => {
      heard += String(chunk);
    });
    while (again.process.exitCode === null && !heard.includes('from step')) await wait(20);
    again.process.kill('SIGINT');
    expect((await again.result).stderr).toContain(`400 steps of 1 × 64², from step ${step}\n`);
  });

  it.each([
    [['--style-weights', ''], '--style-weights'],
    [['--style-weights', ','], '--style-weights but received an empty one'],
    [['--style-weights', '4,,12'], '--style-weights but received an empty one'],
    [['--style-weights', '4,many'], 'a number of at least 0 for --style-weights but received many'],
    [['--style-weights=-4,12'], '--style-weights but received -4'],
    [['--style-weights', '12,4,12.0'], 'different numbers for --style-weights but received 12 twice'],
    [['--style-sizes', '32'], '--style-sizes but received 32'],
    [['--style-sizes', '256,256'], 'different numbers for --style-sizes but received 256 twice'],
    [['--style-sizes', '256', '384'], 'Unknown word 384'],
    [['--style-sizes', '256.5'], 'a whole number from 64 to 4096 for --style-sizes'],
    [['--steps', '0'], '--steps'],
    [['--batch', '4', '--micro-batch', '3'], '--micro-batch to divide --batch 4'],
    [['--style-weight', '4'], 'style-weight'],
    [['--resume', 'runs/a'], 'resume'],
  ])('wrong usage: %j', async (wrong, part) => {
    const result = await runCommandLine('sweep', '--style', 'a.jpg', '--content', 'b', ...wrong);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(result.stderr).toContain(part);
  });
});
