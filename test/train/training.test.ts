import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMetadata } from '../../src/graph-builder/onnx/onnx-file.ts';
import { psnr } from '../../src/image/compare.ts';
import { cutRegion } from '../../src/image/crop.ts';
import { decodePicture } from '../../src/image/decode.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { loadStylizer } from '../../src/infer/open-stylizer.node.ts';
import { readStyleMetadata } from '../../src/style-file/style-metadata.ts';
import { styleRun } from '../../src/train/checkpoint.ts';
import { RunFolder } from '../../src/train/run/run-folder.node.ts';
import { runTraining, type TrainingRun } from '../../src/train/run/run-training.node.ts';
import { framedPicture, smoothPicture } from '../helpers/pictures.ts';
import { difference, momentDifference, smallRun, stateIn } from '../helpers/small-run.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writePatternVgg } from '../helpers/training-files.ts';

/** The same run in another folder, configured otherwise. */
function another(
  run: TrainingRun,
  name: string,
  configuration: Partial<TrainingRun['configuration']> = {},
): TrainingRun {
  return { ...run, out: `${run.out}-${name}`, configuration: { ...run.configuration, ...configuration } };
}

describe('a training run', () => {
  it('writes model, checkpoint, metrics, previews and configuration', async () => {
    const run = await smallRun({ checkpointEvery: 3 });
    const result = await runTraining(run);
    expect(result.step).toBe(4);
    expect((await readdir(run.out)).sort()).toEqual([
      'checkpoint.previous.safetensors',
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
      'learningRate',
    ]);
    // Two previews: the photograph, and the picture at step 3 and 4.
    expect(await readdir(join(run.out, 'previews'))).toHaveLength(6);
    const metadata = readMetadata(await readFile(result.model));
    expect(metadata).toMatchObject({ 'style.name': 'test', 'style.author': 'nobody', 'style.licence': 'CC0' });
    const { recipe, training, version } = readStyleMetadata(metadata, result.model);
    expect(recipe).toEqual({
      ...run.configuration,
      style: 'photograph-0.png',
      content: 'photographs',
      lossNetwork: 'vgg19-to-relu4_1.safetensors',
      validation: 0,
    });
    const painting = createHash('sha256').update(await readFile(run.configuration.style));
    expect(training).toMatchObject({ step: 4, painting: painting.digest('hex'), photographs: { count: 6 } });
    expect(version).toBe('1.2.3');
    expect(Object.values(metadata).join()).not.toContain(dirname(run.out));
  });

  it('carries its first preview as thumbnail, as the model paints it', async () => {
    const run = await smallRun({ steps: 1 });
    const preview = join(run.configuration.content, 'photograph-3.png');
    const { model } = await runTraining({ ...run, configuration: { ...run.configuration, previews: [preview] } });
    const metadata = readMetadata(await readFile(model));
    const [, base64 = ''] = (metadata['style.thumbnail'] ?? '').split('data:image/jpeg;base64,');
    const file = join(run.out, 'thumbnail.jpg');
    await writeFile(file, Buffer.from(base64, 'base64'));
    const { stylizer } = await loadStylizer(model, { device: 'cpu', threads: 1 });
    const photograph = await decodePicture(preview);
    const stylized = await stylizer.stylize(photograph);
    await stylizer.release();
    expect(psnr(await decodePicture(file), stylized)).toBeGreaterThan(20);
    expect(psnr(await decodePicture(file), photograph)).toBeLessThan(15);
    expect(readStyleMetadata(metadata, model).recipe).not.toHaveProperty('previews');
  });

  it('gives the same parameters again', async () => {
    const run = await smallRun();
    const again = another(run, 'again');
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
    // Of one photograph at a time the graph has another form (processorTrainingGraph), whose last bits differ.
    const whole = await smallRun({ batch: 4, microBatch: 4, steps: 1 });
    const parts = another(whole, 'parts', { microBatch: 2 });
    await runTraining(whole);
    await runTraining(parts);
    expect(momentDifference(await stateIn(whole.out), await stateIn(parts.out))).toBeLessThan(1e-3);
  });

  it('makes several steps in one run of the graph, with a line of metrics each and checkpoints where they are due', async () => {
    const run = await smallRun({ checkpointEvery: 3, microBatch: 2, learningRate: 1e-6 });
    const steps: number[] = [];
    const inBlocks = another(run, 'blocks', {});
    await runTraining({ ...inBlocks, stepsPerRun: 2, onStep: ({ step }) => void steps.push(step) });
    await runTraining(run);
    expect(steps).toEqual([1, 2, 3, 4]);
    expect(await readdir(join(inBlocks.out, 'previews'))).toEqual(await readdir(join(run.out, 'previews')));
    const [blocks, single] = [await stateIn(inBlocks.out), await stateIn(run.out)];
    expect(blocks.cursor).toEqual(single.cursor);
    // Inside a loop the CPU takes other kernels, and Adam enlarges their rounding (training-block.test.ts is exact).
    expect(momentDifference(blocks, single)).toBeLessThan(0.02);
  });

  it('trains steadiness under noise, as its own draws say', async () => {
    const run = await smallRun({ stabilityWeight: 0.1, steps: 2 });
    const again = another(run, 'again', {});
    const other = another(run, 'other', { stabilityWeight: 0.2 });
    for (const each of [run, again, other]) await runTraining(each);
    const losses = (await readFile(join(run.out, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(losses.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ step: 1, stability: expect.any(Number) }),
      expect.objectContaining({ step: 2, stability: expect.any(Number) }),
    ]);
    expect(difference(await stateIn(run.out), await stateIn(again.out))).toBe(0);
    expect(difference(await stateIn(run.out), await stateIn(other.out))).toBeGreaterThan(0);
  });

  it('changes with the seed', async () => {
    const run = await smallRun();
    const other = another(run, 'other', { seed: 8 });
    await runTraining(run);
    await runTraining(other);
    expect(difference(await stateIn(run.out), await stateIn(other.out))).toBeGreaterThan(0.01);
  });

  it('stops when it is told to, and resumes to the parameters of an uninterrupted run', async () => {
    const run = await smallRun();
    await runTraining(run);
    const interrupted = another(run, 'interrupted');
    const controller = new AbortController();
    const stopAtTwo = ({ step }: { step: number }) => (step === 2 ? controller.abort() : undefined);
    const stopped = await runTraining({ ...interrupted, signal: controller.signal, onStep: stopAtTwo });
    expect(stopped.step).toBe(2);
    await runTraining({ ...interrupted, resumeFrom: await RunFolder.readCheckpoint(styleRun, interrupted.out) });
    expect(difference(await stateIn(run.out), await stateIn(interrupted.out))).toBe(0);
    expect(await readFile(join(interrupted.out, 'metrics.jsonl'), 'utf8')).toMatch(/^(\{.*\}\n){4}$/);
  });

  it('saves when it is stopped before the first step, and when the photographs vanish', async () => {
    const run = await smallRun();
    const controller = new AbortController();
    controller.abort();
    expect((await runTraining({ ...run, signal: controller.signal })).step).toBe(0);
    expect(await stateIn(run.out)).toMatchObject({ step: 0 });

    const vanishing = another(run, 'vanishing', { steps: 100, previews: [] });
    const removePhotographs = () => rm(run.configuration.content, { recursive: true, force: true });
    await expect(
      runTraining({ ...vanishing, onStep: ({ step }) => void (step === 1 && removePhotographs()) }),
    ).rejects.toThrow(/^The folder of photographs .* is gone; the state after step \d+ is saved, go on with --resume/);
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
    const warnings = (await readFile(join(run.out, 'warnings.jsonl'), 'utf8')).trim().split('\n');
    expect(warnings.map((line) => JSON.parse(line))).toEqual([
      {
        step: expect.any(Number),
        time: expect.any(String),
        message: expect.stringMatching(/^Photographs that cannot be read are left out, 1 so far, such as this one: /),
      },
    ]);
    expect(warnings[0]).toContain(path);
    expect((await RunFolder.readCheckpoint(styleRun, run.out)).warnings).toBe(1);
  });

  it('learns a part of the painting as if it were all of it', { timeout: 300_000 }, async () => {
    const run = await smallRun({ steps: 1 });
    const folder = await temporaryFolder();
    const [style, part] = [join(folder, 'framed.png'), join(folder, 'part.png')];
    const styleCrop = { left: 22, top: 24, width: 90, height: 70 };
    const framed = framedPicture(smoothPicture(140, 120), 22);
    await encodePicture(framed, style);
    await encodePicture(cutRegion(framed, styleCrop), part);
    const states = await Promise.all(
      [
        another(run, 'cropped', { style, styleCrop }),
        another(run, 'part', { style: part }),
        another(run, 'whole', { style }),
      ].map(async (each) => {
        await runTraining(each);
        return stateIn(each.out);
      }),
    );
    const [cropped, cut, whole] = states;
    if (!cropped || !cut || !whole) throw new Error('Expected three states');
    expect(difference(cropped, cut)).toBe(0);
    expect(momentDifference(cropped, whole)).toBeGreaterThan(0.01);
    expect((await RunFolder.readCheckpoint(styleRun, `${run.out}-cropped`)).configuration.styleCrop).toEqual(styleCrop);
  });

  it('refuses weights that end before a layer it needs, before anything is written', async () => {
    const run = await smallRun();
    const folder = await temporaryFolder();
    const configuration = { ...run.configuration, lossNetwork: await writePatternVgg(folder, 'relu3_1') };
    await expect(runTraining({ ...run, configuration })).rejects.toThrow(/relu4_1/);
    await expect(readdir(run.out)).rejects.toThrow();
  });
});
