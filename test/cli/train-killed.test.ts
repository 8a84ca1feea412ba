import { watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/dataset/random.ts';
import { styleRun } from '../../src/train/checkpoint.ts';
import { RunFolder } from '../../src/train/run/run-folder.node.ts';
import type { TrainedParameter } from '../../src/train/training-state.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { type SpawnedCommand, spawnCommand } from '../helpers/spawn-command.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { makePhotographs, writePatternVgg } from '../helpers/training-files.ts';

const steps = 50;
const kills = 10;

/** What a run has recorded of its steps, in the order of the lines. */
async function recorded(folder: string, figure: 'step' | 'loss' | 'learningRate'): Promise<readonly number[]> {
  const text = await readFile(join(folder, 'metrics.jsonl'), 'utf8').catch(() => '');
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line)[figure]);
}

/** Waits until a running process has recorded a step, or has ended. */
async function untilStep(step: number, folder: string, { process: child }: SpawnedCommand): Promise<void> {
  while (child.exitCode === null && ((await recorded(folder, 'step')).at(-1) ?? 0) < step) await wait(5);
}

/** Waits until a file whose name is a checkpoint's, but not finished, appears in a folder. */
function untilCheckpointIsWritten(folder: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_event, name) => {
      if (!name?.startsWith('checkpoint.safetensors.')) return;
      watcher.close();
      resolve();
    });
  });
}

const bytes = ({ value, firstMoment, secondMoment }: TrainedParameter) =>
  [value, firstMoment, secondMoment].map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
  );

describe('impasto train, killed', () => {
  it(`ends with the same parameters after ${kills} kills as without`, { timeout: 900_000 }, async () => {
    const folder = await temporaryFolder();
    const content = await makePhotographs(join(folder, 'photographs'), 5);
    const files = ['--style', join(content, 'photograph-0.png'), '--content', content];
    const small = ['--channels', '2', '--size', '64', '--style-size', '64', '--batch', '2'];
    const learning = ['--schedule', 'cosine', '--warm-up', '5', '--clip-gradients', '20'];
    const sessions = ['--device', 'cpu', '--threads', '1', '--loss-network', await writePatternVgg(folder, 'relu4_1')];
    const flags = [...files, ...small, ...learning, ...sessions, '--steps', String(steps), '--checkpoint-every', '2'];
    const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
    expect(await runCommandLine('train', ...flags, '--out', whole)).toMatchObject({ code: 0 });

    const random = randomStream(2016);
    let argv = ['train', ...flags, '--out', killed];
    for (let kill = 0; kill < kills; kill++) {
      const done = (await recorded(killed, 'step')).at(-1) ?? 0;
      const command = spawnCommand(argv);
      const ended = command.result.catch((error: unknown) => error);
      await untilStep(done + 1 + random.below(2), killed, command);
      // Every other kill is aimed at the moment in which a checkpoint is being written.
      if (kill % 2 === 0) await untilCheckpointIsWritten(killed);
      else await wait(random.below(60));
      command.process.kill('SIGKILL');
      expect(await ended, `kill ${kill}`).toEqual(new Error('Expected an exit code but SIGKILL ended the process'));
      argv = ['train', '--resume', killed];
    }
    expect(await runCommandLine('train', '--resume', killed)).toMatchObject({ code: 0 });

    const [expected, received] = [
      await RunFolder.readCheckpoint(styleRun, whole),
      await RunFolder.readCheckpoint(styleRun, killed),
    ];
    expect(received.damage).toBeUndefined();
    expect(received.state).toMatchObject({ step: steps, cursor: expected.state.cursor, learningRateFactor: 1 });
    expect([...received.state.parameters.keys()]).toEqual([...expected.state.parameters.keys()]);
    for (const [name, parameter] of expected.state.parameters) {
      expect(received.state.parameters.get(name)).toSatisfy(
        (other: TrainedParameter) => bytes(other).join() === bytes(parameter).join(),
        name,
      );
    }
    expect(await recorded(killed, 'step')).toEqual(Array.from({ length: steps }, (_, index) => index + 1));
    expect(await recorded(killed, 'loss')).toEqual(await recorded(whole, 'loss'));
    const rates = await recorded(killed, 'learningRate');
    expect([rates[0], rates[4], rates.at(-1)]).toEqual([
      expect.closeTo(0.0006, 12),
      0.003,
      expect.closeTo(0.003 / 50, 12),
    ]);
    expect(await readFile(join(killed, 'model.onnx'))).toEqual(await readFile(join(whole, 'model.onnx')));
    expect((await readdir(killed)).sort()).toEqual((await readdir(whole)).sort());
  });
});
