import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import type { CreateSession, GraphSession } from '../../../src/loss-network/objective/graph-session.ts';
import { styleRun } from '../../../src/train/checkpoint.ts';
import { RunFolder } from '../../../src/train/run/run-folder.node.ts';
import { runTraining, type TrainingRun } from '../../../src/train/run/run-training.node.ts';
import { difference, smallRun, stateIn } from '../../helpers/small-run.ts';

/** A run whose n-th training step, counted from 1 in this process, gives a NaN in the named output. */
function failing(run: TrainingRun, attempts: readonly number[], output = 'loss'): TrainingRun {
  let attempt = 0;
  const spoil = (session: GraphSession): GraphSession => ({
    release: () => session.release(),
    run: async (feeds, fetches = {}) => {
      const outputs = await session.run(feeds, fetches);
      const isTrainingStep = Object.keys(fetches).some((name) => name.endsWith('.grad'));
      if (!isTrainingStep || !attempts.includes(++attempt)) return outputs;
      const given = fetches[output];
      if (given?.data instanceof Float32Array) given.data.fill(Number.NaN);
      return given ? outputs : { ...outputs, [output]: new Tensor('float32', Float32Array.of(Number.NaN), []) };
    },
  });
  const createSession: CreateSession = async (model) => spoil(await run.createSession(model));
  return { ...run, createSession };
}

const lines = async (run: TrainingRun, name: string) =>
  (await readFile(join(run.out, name), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a step that is not finite', () => {
  it.each([
    ['loss', /finite loss at step 2 but received NaN/],
    ['encoder.conv1.weight.grad', /finite gradient of encoder\.conv1\.weight at step 2/],
  ])('(%s) is left out, the learning rate halved, and the run goes on', async (output, reason) => {
    const warnings: string[] = [];
    const run = await smallRun({ microBatch: 2 }, { onWarning: (warning) => warnings.push(warning) });
    const result = await runTraining(failing(run, [2], output));
    expect(result.step).toBe(4);
    expect(warnings).toEqual([expect.stringMatching(reason)]);
    expect(await lines(run, 'warnings.jsonl')).toMatchObject([{ step: 2, message: warnings[0] }]);
    const metrics = await lines(run, 'metrics.jsonl');
    expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(metrics.map(({ learningRate }) => learningRate)).toEqual([0.001, 0.0005, 0.0005, 0.0005]);
    // Five batches of two, in epochs of six photographs.
    expect(await stateIn(run.out)).toMatchObject({ learningRateFactor: 0.5, cursor: { epoch: 1, position: 4 } });
  });

  it('leaves parameters and moments as they were', async () => {
    const run = await smallRun({ microBatch: 2, steps: 1 });
    await runTraining(run);
    const controller = new AbortController();
    const stopped = { ...run, out: `${run.out}-stopped`, configuration: { ...run.configuration, steps: 4 } };
    const onWarning = () => controller.abort();
    await runTraining(failing({ ...stopped, onWarning, signal: controller.signal }, [2]));
    const [before, after] = [await stateIn(run.out), await stateIn(stopped.out)];
    expect(after).toEqual({ ...before, cursor: { epoch: 0, position: 4 }, learningRateFactor: 0.5 });
  });

  it('three times in a row ends the run, saved: it can go on with an eighth of the learning rate', async () => {
    const run = await smallRun({ microBatch: 2, learningRate: 0.008 });
    await expect(runTraining(failing(run, [2, 3, 4]))).rejects.toThrow(
      /^3 steps in a row were not finite .*; the state after step 1 is saved, go on with --resume/,
    );
    expect(await stateIn(run.out)).toMatchObject({ step: 1, learningRateFactor: 0.125 });
    expect(await lines(run, 'warnings.jsonl')).toHaveLength(3);
    await runTraining({ ...run, resumeFrom: await RunFolder.readCheckpoint(styleRun, run.out) });
    const metrics = await lines(run, 'metrics.jsonl');
    expect(metrics.map(({ learningRate }) => learningRate)).toEqual([0.008, 0.001, 0.001, 0.001]);
    expect(await lines(run, 'warnings.jsonl')).toHaveLength(3);
  });

  it('three times, but not in a row, does not', async () => {
    const run = await smallRun({ microBatch: 2 });
    expect(await runTraining(failing(run, [1, 2, 4]))).toMatchObject({ step: 4 });
    expect(await stateIn(run.out)).toMatchObject({ learningRateFactor: 0.125 });
  });

  it('is replayed by a run that resumes from before it', async () => {
    const run = await smallRun({ microBatch: 2, checkpointEvery: 1 });
    await runTraining(failing(run, [3]));
    const resumed = { ...run, out: `${run.out}-resumed` };
    const controller = new AbortController();
    const onStep = ({ step }: { step: number }) => void (step === 2 && controller.abort());
    await runTraining({ ...resumed, onStep, signal: controller.signal });
    await runTraining(failing({ ...resumed, resumeFrom: await RunFolder.readCheckpoint(styleRun, resumed.out) }, [1]));
    expect(difference(await stateIn(run.out), await stateIn(resumed.out))).toBe(0);
    expect((await stateIn(resumed.out)).cursor).toEqual((await stateIn(run.out)).cursor);
  });

  it('happens in a real graph with weights that are too large', async () => {
    const run = await smallRun();
    const configuration = { ...run.configuration, weights: { ...run.configuration.weights, style: 1e39 } };
    await expect(runTraining({ ...run, configuration })).rejects.toThrow(/3 steps in a row .* finite loss at step 1/);
  });
});
