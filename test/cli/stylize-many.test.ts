import { copyFile, mkdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { unfinishedPath } from '../../src/files/write-file.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import type { CommandResult } from '../helpers/command-line.ts';
import { plainPicture, smoothPicture } from '../helpers/pictures.ts';
import { spawnCommand } from '../helpers/spawn-command.ts';
import { identityGraph, untrainedGraph, writeModel } from '../helpers/style-models.ts';
import { expectNegative, filesIn, first, second, stylizeWorkplace } from '../helpers/stylize-workplace.ts';

const report = z.object({ outputs: z.array(z.string()), skipped: z.array(z.string()) });

/** What a command with --json painted and skipped, as names below the folder that it wrote. */
function reported({ stdout }: CommandResult, folder: string) {
  const { outputs, skipped } = report.parse(JSON.parse(stdout));
  const named = (paths: readonly string[]) => paths.map((path) => path.slice(folder.length + 1));
  return { painted: named(outputs), skipped: named(skipped) };
}

describe('impasto stylize with patterns', () => {
  it('mirrors what lies below the beginning of a pattern', async () => {
    const { at, stylize } = await stylizeWorkplace();
    await copyFile(at('photos', 'first.png'), at('photos', 'album', 'third.PNG'));
    await writeFile(at('photos', 'album', 'notes.txt'), '');
    expect(await stylize(at('photos', '**', '*.png'), '--output', at('out'))).toMatchObject({ code: 0 });
    expect(await filesIn(at('out'))).toEqual(['album/second.png', 'first.png']);
    await expectNegative(at('out', 'album', 'second.png'), second);
    expect(await stylize(at('photos', 'album', '*'), '--output', at('flat'))).toMatchObject({ code: 0 });
    expect(await filesIn(at('flat'))).toEqual(['second.png', 'third.PNG']);
  });

  it('does not paint its own results again', async () => {
    const { at, stylize } = await stylizeWorkplace();
    for (const photos of [at('photos'), at('photos', '**'), at('photos')]) {
      expect(await stylize(photos, '--output', at('photos', 'painted'))).toMatchObject({ code: 0 });
    }
    expect(await filesIn(at('photos', 'painted'))).toEqual(['album/second.png', 'first.png']);
  });
});

describe('impasto stylize, the same command again', () => {
  it('leaves what is painted already', async () => {
    const { at, stylize } = await stylizeWorkplace();
    const command = [at('photos'), '--output', at('out')];
    await stylize(...command);
    const before = await readFile(at('out', 'first.png'));
    await rm(at('out', 'album'), { recursive: true });
    expect(await stylize(...command)).toMatchObject({
      code: 0,
      stdout: `1 picture painted into ${at('out')}, 1 there already\n`,
    });
    const again = await stylize(...command, '--json');
    expect(reported(again, at('out'))).toEqual({ painted: [], skipped: ['album/second.png', 'first.png'] });
    expect(await readFile(at('out', 'first.png'))).toEqual(before);
    const one = [at('photos', 'first.png'), '--output', at('one.png')];
    await stylize(...one);
    expect(await stylize(...one)).toMatchObject({ code: 0, stdout: `${at('one.png')} is already painted\n` });
  });

  it('paints again what would come out otherwise', async () => {
    const { at, root, stylize } = await stylizeWorkplace();
    const command = [at('photos'), '--output', at('out'), '--json'];
    const run = async (...argv: readonly string[]) => reported(await stylize(...command, ...argv), at('out'));
    const both = { painted: ['album/second.png', 'first.png'], skipped: [] };
    expect(await run()).toEqual(both);
    // Another model, here under the name of the earlier one.
    await writeModel(root, identityGraph());
    expect(await run()).toEqual(both);
    expect(await run('--strength', '0.5')).toEqual(both);
    // A mask of one pixel fits both.
    await encodePicture(plainPicture(1, 1, [255, 255, 255]), at('mask.png'));
    expect(await run('--mask', at('mask.png'))).toEqual(both);
    await encodePicture(plainPicture(1, 1, [128, 128, 128]), at('mask.png'));
    expect(await run('--mask', at('mask.png'))).toEqual(both);
    expect(await run('--quality', '50')).toEqual(both);
    const firstAgain = { painted: ['first.png'], skipped: ['album/second.png'] };
    // A photograph that was written since, though none of its bytes has changed.
    const later = new Date(Date.now() + 60_000);
    await utimes(at('photos', 'first.png'), later, later);
    expect(await run('--quality', '50')).toEqual(firstAgain);
    // Another photograph in its place, of an earlier date.
    await encodePicture(second, at('photos', 'first.png'));
    await utimes(at('photos', 'first.png'), new Date(0), new Date(0));
    expect(await run('--quality', '50')).toEqual(firstAgain);
    await truncate(at('out', 'first.png'), 30);
    expect(await run('--quality', '50')).toEqual(firstAgain);
    // A picture of the user's in the place of a result.
    await encodePicture(first, at('out', 'first.png'));
    expect(await run('--quality', '50')).toEqual(firstAgain);
    expect(await run('--quality', '50')).toEqual({ painted: [], skipped: both.painted });
  });

  it('removes what a killed process has left of its pictures, and nothing that others may be writing', async () => {
    const { at, stylize } = await stylizeWorkplace();
    await mkdir(at('out', 'album'), { recursive: true });
    const killed = unfinishedPath(at('out', 'first.png')).slice(at('out', 'first.png').length);
    const running = killed.replace(String(process.pid), String(process.ppid));
    for (const name of [`first.png${killed}`, `album/second.png${killed}`, `other.png${killed}`, `first.png${running}`])
      await writeFile(at('out', name), '');
    await stylize(at('photos'), '--output', at('out'));
    const others = [`other.png${killed}`, `first.png${running}`];
    expect(await filesIn(at('out'))).toEqual(['album/second.png', 'first.png', ...others].sort());
    // After a day the process of that number is another one.
    await utimes(at('out', others[1] ?? ''), new Date(0), new Date(0));
    await stylize(at('photos'), '--output', at('out'));
    expect(await filesIn(at('out'))).toEqual(['album/second.png', 'first.png', `other.png${killed}`]);
  });

  it('goes on after an interruption, which lets the pictures under way be finished', async () => {
    const { at, model, stylize } = await stylizeWorkplace();
    const count = 40;
    const picture = smoothPicture(600, 400);
    await encodePicture(picture, at('large.png'));
    await mkdir(at('many'));
    for (let number = 0; number < count; number++) await copyFile(at('large.png'), at('many', `${number}.png`));
    const argv = [at('many'), '--output', at('out')];
    const command = spawnCommand(['stylize', ...argv, '--model', model, '--threads', '1']);
    while ((await filesIn(at('out'))).length === 0) await setTimeout(5);
    command.process.kill('SIGINT');
    const { code, stderr } = await command.result;
    expect(code).toBe(130);
    const files = await filesIn(at('out'));
    expect(files.length).toBeLessThan(count);
    const sentence = `stopped after ${files.length} of ${count} pictures; those are complete, the same command goes on\n`;
    expect(stderr).toContain(`impasto: ${sentence}`);
    const rest = reported(await stylize(...argv, '--json'), at('out'));
    expect(rest.skipped.toSorted()).toEqual(files);
    expect(rest.painted).toHaveLength(count - files.length);
    for (const file of await filesIn(at('out'))) await expectNegative(at('out', file), picture);
  });
});

describe('impasto stylize, interrupted a second time', () => {
  it('gives up the picture under way, and leaves nothing of it', async () => {
    const { at, root } = await stylizeWorkplace();
    const model = await writeModel(root, untrainedGraph(), 'untrained.onnx');
    await encodePicture(smoothPicture(1200, 1200), at('large.png'));
    const argv = [at('large.png'), '--output', at('out', 'large.png'), '--model', model, '--tile', '64'];
    const command = spawnCommand(['stylize', ...argv, '--device', 'cpu', '--threads', '1']);
    let heard = '';
    command.process.stderr?.on('data', (chunk) => {
      heard += String(chunk);
    });
    while (!(await filesIn(at('out'))).some((name) => name.endsWith('/2.v'))) await setTimeout(5);
    command.process.kill('SIGINT');
    while (command.process.exitCode === null && !heard.includes('press Ctrl-C again')) await setTimeout(5);
    await setTimeout(600);
    command.process.kill('SIGINT');
    const { code, stderr } = await command.result;
    expect(code).toBe(130);
    expect(stderr).toContain('Finishing the pictures under way; press Ctrl-C again to stop at once.');
    expect(stderr).toMatch(/\nimpasto: stopped after 0 of 1 pictures; [^\n]*\n$/);
    expect(await filesIn(at('out'))).toEqual([]);
  });

  it('does so at the first SIGTERM, which whoever shuts a machine down sends', async () => {
    const { at, root } = await stylizeWorkplace();
    const model = await writeModel(root, untrainedGraph(), 'untrained.onnx');
    await encodePicture(smoothPicture(1200, 1200), at('large.png'));
    const argv = [at('large.png'), '--output', at('out', 'large.png'), '--model', model, '--tile', '64'];
    const command = spawnCommand(['stylize', ...argv, '--device', 'cpu', '--threads', '1']);
    while (!(await filesIn(at('out'))).some((name) => name.endsWith('/2.v'))) await setTimeout(5);
    command.process.kill('SIGTERM');
    const { code, stderr } = await command.result;
    expect(code).toBe(130);
    expect(stderr).toMatch(/impasto: stopped after 0 of 1 pictures; [^\n]*\n$/);
    expect(await filesIn(at('out'))).toEqual([]);
  });
});

describe('impasto stylize --shard', () => {
  it('divides the pictures among machines', async () => {
    const { at, stylize } = await stylizeWorkplace();
    for (let number = 0; number < 10; number++) {
      await copyFile(at('photos', 'first.png'), at('photos', 'album', `${number}.png`));
    }
    const painted: string[] = [];
    for (const part of [1, 2, 3]) {
      const result = await stylize(at('photos'), '--output', at('out'), '--shard', `${part}/3`, '--json');
      expect(result.code).toBe(0);
      const found = reported(result, at('out'));
      expect(found.skipped).toEqual([]);
      expect(found.painted.length).toBeGreaterThan(0);
      painted.push(...found.painted);
    }
    expect(painted.toSorted()).toEqual(await filesIn(at('out')));
    expect(painted).toHaveLength(12);
  });

  it('takes the part from the scheduler when told to', async () => {
    const { at, stylize } = await stylizeWorkplace();
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('JOB_COMPLETION_INDEX', '1');
    const outputs = async (shard: string) =>
      reported(await stylize(at('photos'), '--output', at(shard), '--shard', shard, '--json'), at(shard)).painted;
    const second = await outputs('auto/2');
    expect(second).toEqual(await outputs('2/2'));
    expect([...second, ...(await outputs('1/2'))].toSorted()).toEqual(['album/second.png', 'first.png']);
    expect(await stylize(at('photos'), '--output', at('out'), '--shard', 'auto')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Expected the number of completions with --shard auto, such as auto/10'),
    });
  });

  it('has nothing to do where no picture falls into the part', async () => {
    const { at, stylize } = await stylizeWorkplace();
    const said: string[] = [];
    for (const part of [1, 2, 3]) {
      const { code, stdout } = await stylize(at('photos', 'first.png'), '--output', at('out'), '--shard', `${part}/3`);
      expect(code).toBe(0);
      said.push(stdout);
    }
    expect(said.filter((text) => /^No picture falls into part \d of 3\n$/.test(text))).toHaveLength(2);
    expect(await filesIn(at('out'))).toEqual(['first.png']);
  });
});
