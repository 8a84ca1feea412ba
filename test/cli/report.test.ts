import { appendFile, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from '../helpers/command-line.ts';
import { EventListener } from '../helpers/event-listener.ts';
import { makeRunFolder, stepLine } from '../helpers/run-folders.ts';
import { spawnCommand } from '../helpers/spawn-command.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { makePhotographs, writePatternVgg } from '../helpers/training-files.ts';

/** The address that a command says its report is served at. */
function servedAt(command: ReturnType<typeof spawnCommand>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    command.process.stderr?.on('data', (chunk) => {
      text += String(chunk);
      const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    command.result.then(({ stderr }) => reject(new Error(`Expected an address but received ${stderr}`)), reject);
  });
}

async function takenPort(): Promise<string> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return String(address !== null && typeof address === 'object' ? address.port : '');
}

async function trainingFlags(): Promise<{ readonly out: string; readonly flags: readonly string[] }> {
  const folder = await temporaryFolder();
  const content = await makePhotographs(join(folder, 'photographs'), 3);
  const out = join(folder, 'out');
  const files = ['--style', join(content, 'photograph-0.png'), '--content', content, '--out', out];
  const weights = await writePatternVgg(folder, 'relu4_1');
  const small = ['--channels', '2', '--batch', '1', '--size', '64', '--style-size', '64', '--device', 'cpu'];
  return { out, flags: [...files, '--loss-network', weights, ...small] };
}

describe('impasto report', () => {
  it('writes the report of a run', async () => {
    const folder = await makeRunFolder();
    const result = await runCommandLine('report', folder, '--json');
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const report = join(folder, 'report.html');
    expect(JSON.parse(result.stdout)).toEqual({ report, status: 'training', step: 200, steps: 400 });
    expect(await readFile(report, 'utf8')).toContain('<h1>wave</h1>');
  });

  it('does not wait for a run that has finished', async () => {
    const folder = await makeRunFolder({ steps: 3, stepsDone: 3 });
    expect(await runCommandLine('report', folder, '--watch')).toMatchObject({ code: 0, stderr: '' });
  });

  it('says in one sentence what is wrong', async () => {
    const folder = await makeRunFolder();
    const empty = await temporaryFolder();
    const cases: readonly (readonly [argv: readonly string[], code: number, message: RegExp])[] = [
      [[empty], 1, /has no config\.json/],
      [[join(empty, 'nowhere')], 1, /nowhere has no config\.json/],
      [[folder, '--watch', '--watch-port', await takenPort()], 1, /--watch-port but \d+ is in use/],
      [[folder, '--watch', '--watch-port', '70000'], 2, /--watch-port/],
      [[folder, '--watch-port', '7000'], 2, /watch/],
      [[], 2, /expected at least 1/],
    ];
    for (const [argv, code, message] of cases) {
      const result = await runCommandLine('report', ...argv);
      expect(result, argv.join(' ')).toMatchObject({ code, stdout: '' });
      expect(result.stderr).toMatch(message);
      expect(result.stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it('with --watch serves a run of another process until Ctrl-C', async () => {
    const folder = await makeRunFolder();
    const command = spawnCommand(['report', folder, '--watch']);
    const events = await EventListener.open(`${await servedAt(command)}events?revision=1&step=200`);
    await appendFile(join(folder, 'metrics.jsonl'), stepLine(201));
    expect((await events.next('steps')).data).toMatchObject({ points: [{ step: 201 }] });
    command.process.kill('SIGINT');
    expect((await events.next('end')).data).toMatch(/no longer changes/);
    expect(await command.result).toMatchObject({ code: 0, stdout: expect.stringContaining('201 of 400 steps') });
  });
});

describe('impasto train', () => {
  it('writes report.html; with --watch serves it, with --tensorboard writes event files', async () => {
    const { out, flags } = await trainingFlags();
    const command = spawnCommand(['train', ...flags, '--steps', '3', '--watch', '--tensorboard', '--json']);
    const events = await EventListener.open(`${await servedAt(command)}events?revision=0&step=0`);
    expect((await events.next('end')).data).toBe('Training has finished; this page no longer changes.');
    const result = await command.result;
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).not.toContain('could not be written');
    const report = await readFile(join(out, 'report.html'), 'utf8');
    expect(report).toContain('data-status="finished"');
    expect(report).toContain('in the style of photograph-0 after step 3"');
    expect(await readdir(join(out, 'tensorboard'))).toHaveLength(1);
  });

  it('does not begin when the port is taken', async () => {
    const { out, flags } = await trainingFlags();
    const result = await runCommandLine(
      'train',
      ...flags,
      '--steps',
      '1',
      '--watch',
      '--watch-port',
      await takenPort(),
    );
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^impasto: Expected a free port for --watch-port but \d+ is in use.*\n$/);
    await expect(readdir(out)).rejects.toThrow();
  });
});
