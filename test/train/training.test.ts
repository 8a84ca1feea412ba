import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { readMetadata } from '../../src/graph-builder/serialise/onnx-file.ts';
import { createSession } from '../../src/infer/session.node.ts';
import { RunFolder } from '../../src/train/run-folder.node.ts';
import { runTraining, type TrainingRun } from '../../src/train/run-training.node.ts';
import type { TrainingState } from '../../src/train/training-state.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { makePhotographs, writePatternVgg } from '../helpers/training-files.ts';

/** A training run small enough for a test: real files, made-up loss-network weights. */
async function smallRun(changes: Partial<TrainingRun> = {}): Promise<TrainingRun> {
  const folder = await temporaryFolder();
  const content = await makePhotographs(join(folder, 'photographs'), 6);
  const [style = ''] = await readdir(content);
  const { styleLayers, weights } = recipes.balanced;
  return {
    configuration: {
      style: join(content, style),
      styleSize: 64,
      styleName: 'test',
      author: 'nobody',
      licence: 'CC0',
      content,
      lossNetwork: await writePatternVgg(folder, 'relu4_1'),
      recipe: 'balanced',
      weights,
      layerWeights: Object.fromEntries(styleLayers.map((layer) => [layer, 0.25])),
      network: { channels: 2, upsampling: 'resize', padding: 'reflect', output: 'tanh' },
      steps: 4,
      batch: 2,
      size: 64,
      learningRate: 0.001,
      seed: 7,
    },
    out: join(folder, 'out'),
    checkpointEvery: 100,
    microBatch: 1,
    stepsPerRun: 1,
    createSession: async (model) => (await createSession(model, { device: 'cpu', threads: 1 })).session,
    version: '1.2.3',
    signal: new AbortController().signal,
    onStart: () => {},
    onStep: () => {},
    onSkip: () => {},
    ...changes,
  };
}

async function stateIn(folder: string): Promise<TrainingState> {
  return (await RunFolder.readCheckpoint(folder)).state;
}

async function metricsIn(folder: string): Promise<readonly { readonly step: number; readonly loss: number }[]> {
  const lines = (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** The largest difference of any parameter, relative to its largest value. */
function difference(a: TrainingState, b: TrainingState): number {
  const differences = [...a.parameters].map(([name, { value }]) => {
    const other = b.parameters.get(name)?.value.data ?? new Float32Array();
    const scale = Math.max(...value.data.map(Math.abs), 1e-12);
    return Math.max(...value.data.map((number, index) => Math.abs(number - (other[index] ?? Number.NaN)))) / scale;
  });
  return Math.max(...differences);
}

describe('a training run', () => {
  it('writes model, checkpoint, metrics, previews and configuration', async () => {
    const run = await smallRun({ checkpointEvery: 3 });
    const result = await runTraining(run);
    expect(result.step).toBe(4);
    expect((await readdir(run.out)).sort()).toEqual([
      'checkpoint.safetensors',
      'config.json',
      'metrics.jsonl',
      'model.onnx',
      'previews',
    ]);
    const metrics = (await readFile(join(run.out, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(metrics.map((line) => JSON.parse(line).step)).toEqual([1, 2, 3, 4]);
    expect(Object.keys(JSON.parse(metrics[0] ?? ''))).toEqual([
      'step',
      'loss',
      'content',
      'style',
      'tv',
      'secondsPerStep',
      'imagesPerSecond',
    ]);
    expect(await readdir(join(run.out, 'previews'))).toHaveLength(4);
    const metadata = readMetadata(await readFile(result.model));
    expect(metadata).toMatchObject({ 'style.name': 'test', 'style.author': 'nobody', 'style.licence': 'CC0' });
    expect(metadata['style.thumbnail']).toMatch(/^data:image\/jpeg;base64,/);
    expect(JSON.parse(metadata.training ?? '')).toMatchObject({ step: 4, seed: 7 });
    expect(JSON.parse(metadata.recipe ?? '')).toMatchObject({ name: 'balanced' });
  });

  it('gives the same parameters again', async () => {
    const run = await smallRun();
    const again = { ...run, out: `${run.out}-again` };
    await runTraining(run);
    await runTraining(again);
    const first = await readFile(join(run.out, 'checkpoint.safetensors'));
    expect((await readFile(join(again.out, 'checkpoint.safetensors'))).equals(first)).toBe(true);
  });

  it('does not write over an earlier run', async () => {
    const run = await smallRun();
    await runTraining(run);
    await expect(runTraining(run)).rejects.toThrow(/holds one; go on with --resume/);
  });

  it('averages the gradients of micro-batches into those of the batch', async () => {
    const whole = await smallRun({ microBatch: 2 });
    const parts = { ...whole, out: `${whole.out}-parts`, microBatch: 1 };
    await runTraining(whole);
    await runTraining(parts);
    expect(difference(await stateIn(whole.out), await stateIn(parts.out))).toBeLessThan(1e-3);
  });

  it('makes several steps in one run of the graph, with a line of metrics each and checkpoints where they are due', async () => {
    const run = await smallRun({ checkpointEvery: 3, microBatch: 2 });
    const single = { ...run, out: `${run.out}-single` };
    const steps: number[] = [];
    await runTraining({ ...run, stepsPerRun: 2, onStep: ({ step }) => void steps.push(step) });
    await runTraining(single);
    expect(steps).toEqual([1, 2, 3, 4]);
    expect(await readdir(join(run.out, 'previews'))).toEqual(await readdir(join(single.out, 'previews')));
    const [inBlocks, oneByOne] = [await metricsIn(run.out), await metricsIn(single.out)];
    expect(inBlocks.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    for (const [index, { loss }] of inBlocks.entries()) expect(loss / (oneByOne[index]?.loss ?? 0)).toBeCloseTo(1, 2);
    expect((await stateIn(run.out)).cursor).toEqual((await stateIn(single.out)).cursor);
  });

  it('changes with the seed', async () => {
    const run = await smallRun();
    const other = { ...run, out: `${run.out}-other`, configuration: { ...run.configuration, seed: 8 } };
    await runTraining(run);
    await runTraining(other);
    expect(difference(await stateIn(run.out), await stateIn(other.out))).toBeGreaterThan(0.01);
  });

  it('stops when it is told to, and resumes to the parameters of an uninterrupted run', async () => {
    const run = await smallRun();
    await runTraining(run);
    const interrupted = { ...run, out: `${run.out}-interrupted` };
    const controller = new AbortController();
    const stopAtTwo = ({ step }: { step: number }) => (step === 2 ? controller.abort() : undefined);
    const stopped = await runTraining({ ...interrupted, signal: controller.signal, onStep: stopAtTwo });
    expect(stopped.step).toBe(2);
    await runTraining({ ...interrupted, resumeFrom: await stateIn(interrupted.out) });
    expect(difference(await stateIn(run.out), await stateIn(interrupted.out))).toBe(0);
    expect(await readFile(join(interrupted.out, 'metrics.jsonl'), 'utf8')).toMatch(/^(\{.*\}\n){4}$/);
  });

  it('saves when it is stopped before the first step, and when the photographs vanish', async () => {
    const run = await smallRun();
    const controller = new AbortController();
    controller.abort();
    expect((await runTraining({ ...run, signal: controller.signal })).step).toBe(0);
    expect(await stateIn(run.out)).toMatchObject({ step: 0 });

    const vanishing = { ...run, out: `${run.out}-vanishing`, configuration: { ...run.configuration, steps: 100 } };
    const removePhotographs = () => rm(run.configuration.content, { recursive: true, force: true });
    await expect(
      runTraining({ ...vanishing, previews: [], onStep: ({ step }) => void (step === 1 && removePhotographs()) }),
    ).rejects.toThrow();
    expect((await stateIn(vanishing.out)).step).toBeGreaterThan(0);
  });

  it('skips a truncated photograph, counts it and goes on', async () => {
    const run = await smallRun();
    const [broken = ''] = await readdir(run.configuration.content);
    const path = join(run.configuration.content, broken);
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length / 2));
    const skipped: string[] = [];
    const configuration = { ...run.configuration, style: join(run.configuration.content, 'photograph-3.png') };
    const result = await runTraining({ ...run, configuration, onSkip: (photograph) => skipped.push(photograph.path) });
    expect(result).toMatchObject({ step: 4, skipped: 1 });
    expect(skipped).toEqual([path]);
  });

  it('refuses a loss that is not finite', async () => {
    const run = await smallRun();
    const configuration = { ...run.configuration, weights: { ...run.configuration.weights, style: 1e39 } };
    await expect(runTraining({ ...run, configuration })).rejects.toThrow(/finite loss at step 1/);
  });

  it('refuses weights that end before a layer it needs, before anything is written', async () => {
    const run = await smallRun();
    const folder = await temporaryFolder();
    const configuration = { ...run.configuration, lossNetwork: await writePatternVgg(folder, 'relu3_1') };
    await expect(runTraining({ ...run, configuration })).rejects.toThrow(/relu4_1/);
    await expect(readdir(run.out)).rejects.toThrow();
  });

  it('refuses a damaged checkpoint', async () => {
    const run = await smallRun();
    await runTraining(run);
    const path = join(run.out, 'checkpoint.safetensors');
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 5));
    await expect(RunFolder.readCheckpoint(run.out)).rejects.toThrow(/checkpoint\.safetensors is truncated/);
    await writeFile(path, 'not a checkpoint');
    await expect(RunFolder.readCheckpoint(run.out)).rejects.toThrow(/not a safetensors file/);
  });
});
