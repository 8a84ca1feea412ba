import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodePicture } from '../../src/image/encode.node.ts';
import type { Picture, Region } from '../../src/image/picture.ts';
import { styleRun } from '../../src/train/checkpoint.ts';
import { RunFolder } from '../../src/train/run/run-folder.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { framedPicture, plainPicture, smoothPicture, toSharp } from '../helpers/pictures.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { makePhotographs, writePatternVgg } from '../helpers/training-files.ts';

/** The files of a small training run and the flags that name them. */
async function trainingFlags(): Promise<{ folder: string; content: string; flags: string[]; out: string }> {
  const folder = await temporaryFolder();
  const content = await makePhotographs(join(folder, 'photographs'), 3);
  const out = join(folder, 'out');
  const lossNetwork = await writePatternVgg(folder, 'relu4_1');
  const small = ['--channels', '2', '--size', '64', '--style-size', '64', '--batch', '1', '--threads', '1'];
  const files = ['--style', join(content, 'photograph-0.png'), '--content', content, '--out', out];
  return { folder, content, out, flags: [...files, '--loss-network', lossNetwork, ...small, '--device', 'cpu'] };
}

/** Writes a painting of 300×220 pixels of which 20 on each side are a frame; returns its path. */
async function writeFramedPainting(folder: string): Promise<string> {
  const path = join(folder, 'framed.png');
  await encodePicture(framedPicture(smoothPicture(300, 220), 20), path);
  return path;
}

/** The part of the painting that a run learns, as its configuration has it. */
async function cropIn(folder: string): Promise<Region> {
  return JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')).styleCrop;
}

/** The flags with one of them given another value. */
function withFlag(flags: readonly string[], name: string, value: string): string[] {
  const kept = [...flags];
  const index = kept.indexOf(name);
  if (index >= 0) kept.splice(index, 2);
  return [...kept, name, value];
}

describe('impasto train', () => {
  it('trains, reports as JSON, and goes on with --resume', async () => {
    const { out, flags } = await trainingFlags();
    const first = await runCommandLine('train', ...flags, '--steps', '2', '--json');
    expect(first).toMatchObject({ code: 0 });
    expect(JSON.parse(first.stdout)).toMatchObject({ model: join(out, 'model.onnx'), step: 2, skipped: 0 });
    expect(JSON.parse(await readFile(join(out, 'faults.json'), 'utf8'))).toMatchObject({ step: 2 });
    expect(first.stderr).toMatch(/^(No faults found|Faults?: .*)$/m);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('id="faults-title"');
    const second = await runCommandLine('train', '--resume', out, '--steps', '3', '--json', '--device', 'cpu');
    expect(second).toMatchObject({ code: 0 });
    expect(JSON.parse(second.stdout)).toMatchObject({ step: 3, last: { step: 3 } });
    expect(await runCommandLine('train', '--resume', out, '--steps', '2')).toMatchObject({ code: 2 });
    expect(JSON.parse(await readFile(join(out, 'config.json'), 'utf8'))).toMatchObject({ steps: 3, batch: 1 });
  });

  it.each([
    [['--steps', '0'], '--steps'],
    [['--steps', '1.5'], '--steps'],
    [['--steps', 'many'], 'a whole number of at least 1 for --steps but received many'],
    [['--size', '66'], 'multiple of 4'],
    [['--size', '32'], '--size'],
    [['--style-size', '256,384'], 'for --style-size but received 256,384'],
    [['--learning-rate', '0'], '--learning-rate'],
    [['--style-weight', '-1'], '--style-weight'],
    [['--layer-weights', 'relu9_9=1'], 'relu9_9=1'],
    [['--layer-weights', 'relu1_1=lots'], 'relu1_1=lots'],
    [['--recipe', 'secret'], 'recipe'],
    [['--batch', '4', '--micro-batch', '3'], '--micro-batch to divide --batch 4'],
    [['--schedule', 'linear'], 'schedule'],
    [['--schedule-every', '5'], '--schedule step'],
    [['--warm-up', '-1'], '--warm-up'],
    [['--clip-gradients', '0'], '--clip-gradients'],
    [['--max-minutes', '0'], '--max-minutes'],
    [['--validation', '17'], '--validation'],
    [['--device', 'abacus'], 'device'],
    [['--steps-per-run', '0'], '--steps-per-run'],
    [['--steps-per-run', '2', '--device', 'webgpu'], 'runs loops on the CPU'],
    [['--steps-per-run', '2', '--device', 'cuda', '--clip-gradients', '5'], '--clip-gradients'],
    [['--steps', '2', '--epochs', '1'], '--steps or --epochs but received both'],
    [['--flag-of-nobody'], 'flag-of-nobody'],
  ])('wrong usage: %j', async (wrong, part) => {
    const result = await runCommandLine('train', '--style', 'a.jpg', '--content', 'b', ...wrong);
    expect(result.code).toBe(2);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(result.stderr).toContain(part);
  });

  it('wrong usage: no style', async () => {
    expect(await runCommandLine('train', '--content', '.')).toMatchObject({ code: 2 });
  });

  it('bad input: one sentence, exit code 1, nothing written', async () => {
    const { folder, out, flags } = await trainingFlags();
    const text = join(folder, 'text.jpg');
    await writeFile(text, 'this is no picture');
    const tiny = join(folder, 'tiny');
    await makePhotographs(tiny, 0);
    const cases: readonly (readonly [flag: string, value: string, message: RegExp])[] = [
      ['--style', join(folder, 'nowhere.jpg'), /nowhere\.jpg/],
      ['--style', text, /text\.jpg/],
      ['--content', join(folder, 'nowhere'), /nowhere/],
      ['--content', tiny, /tiny/],
      ['--preview', text, /text\.jpg/],
      ['--loss-network', join(folder, 'nowhere.safetensors'), /nowhere\.safetensors/],
      ['--loss-network', await writePatternVgg(folder, 'relu2_1'), /relu4_1/],
      ['--out', join(text, 'inside-a-file'), /text\.jpg/],
      ['--resume', join(folder, 'nowhere'), /nowhere/],
    ];
    for (const [flag, value, message] of cases) {
      const argv = flag === '--resume' ? [flag, value] : withFlag(flags, flag, value);
      const result = await runCommandLine('train', ...argv, '--steps', '1');
      expect(result, `${flag} ${value}`).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toMatch(message);
      expect(existsSync(out), `${flag} ${value}`).toBe(false);
    }
  });

  it('bad input: a folder whose photographs are all too small for a crop', async () => {
    const { folder, flags } = await trainingFlags();
    const small = await makePhotographs(join(folder, 'small'), 0);
    await encodePicture(plainPicture(40, 50, [1, 2, 3]), join(small, 'small.png'));
    const result = await runCommandLine('train', ...withFlag(flags, '--content', small), '--steps', '1');
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/64/);
  });

  it('a style that is transparent in parts is flattened, not refused', async () => {
    const { folder, flags } = await trainingFlags();
    const style = join(folder, 'alpha.png');
    await toSharp(smoothPicture(80, 80)).ensureAlpha(0.5).png().toFile(style);
    const result = await runCommandLine('train', ...withFlag(flags, '--style', style), '--steps', '1');
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toContain(`${style} is transparent`);
  });

  it('refuses a style that nothing can be learnt from: wrong usage, and nothing is written', async () => {
    const { folder, flags, out } = await trainingFlags();
    const pictures: readonly (readonly [name: string, picture: Picture])[] = [
      ['flat', plainPicture(80, 80, [200, 30, 30])],
      ['narrow', smoothPicture(16, 300)],
      ['strip', smoothPicture(1400, 70)],
    ];
    for (const [name, picture] of pictures) {
      const style = join(folder, `${name}.png`);
      await encodePicture(picture, style);
      const result = await runCommandLine('train', ...withFlag(flags, '--style', style), '--steps', '1');
      expect(result, name).toMatchObject({ code: 2, stdout: '' });
      expect(result.stderr.trim().split('\n'), name).toHaveLength(1);
    }
    expect(existsSync(out)).toBe(false);
  });

  it('names the options that a resumed run cannot change, with both values; the same values are fine', async () => {
    const { out, flags } = await trainingFlags();
    await runCommandLine('train', ...flags, '--steps', '1', '--clip-gradients', '5');
    const result = await runCommandLine(
      ...['train', '--resume', out, '--style-weight', '3', '--batch', '2', '--clip-gradients', '6', '--seed', '1'],
    );
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('--style-weight (the run has 12, given was 3)');
    expect(result.stderr).toContain('--batch (the run has 1, given was 2)');
    expect(result.stderr).toContain('--clip-gradients (the run has 5, given was 6)');
    expect(result.stderr).not.toContain('--seed');
    const elsewhere = await runCommandLine('train', '--resume', out, '--out', `${out}-elsewhere`);
    expect(elsewhere).toMatchObject({ code: 2 });
    expect(elsewhere.stderr).toContain('--out');
    const same = ['--resume', out, '--clip-gradients', '5', '--steps', '2', '--checkpoint-every', '1'];
    expect(await runCommandLine('train', ...flags, ...same)).toMatchObject({ code: 0 });
    const configuration = JSON.parse(await readFile(join(out, 'config.json'), 'utf8'));
    expect(configuration).toMatchObject({ steps: 2, checkpointEvery: 1, clipGradients: 5 });
  });

  describe('a painting in a frame', { timeout: 300_000 }, () => {
    it('is cropped; a resumed run keeps the part that it began with, and cannot be given another', async () => {
      const { folder, flags, out } = await trainingFlags();
      const style = await writeFramedPainting(folder);
      const framed = withFlag(flags, '--style', style);
      const first = await runCommandLine('train', ...framed, '--steps', '1');
      expect(first).toMatchObject({ code: 0 });
      expect(first.stderr).toContain(`Cropped the frame of ${style}`);
      const { left, top, width, height } = await cropIn(out);
      for (const inset of [left, top, 300 - left - width, 220 - top - height]) {
        expect(inset).toBeGreaterThanOrEqual(20);
        expect(inset).toBeLessThanOrEqual(23);
      }
      const other = await runCommandLine('train', ...framed, '--resume', out, '--steps', '2', '--no-crop');
      expect(other).toMatchObject({ code: 2 });
      expect(other.stderr).toContain('--no-crop');
      const resumed = await runCommandLine('train', ...framed, '--resume', out, '--steps', '2');
      expect(resumed).toMatchObject({ code: 0 });
      expect(resumed.stderr).not.toContain('Cropped');
      expect(await cropIn(out)).toEqual({ left, top, width, height });
      const again = await runCommandLine('styles', join(out, 'model.onnx'));
      expect(again.stdout).not.toContain('--no-crop');
    });

    it('is taken whole with --no-crop, and by a run that goes on from before there was cropping', async () => {
      const { folder, flags, out } = await trainingFlags();
      const style = await writeFramedPainting(folder);
      const whole = [...withFlag(flags, '--style', style), '--no-crop'];
      const first = await runCommandLine('train', ...whole, '--steps', '1');
      expect(first).toMatchObject({ code: 0 });
      expect(first.stderr).not.toContain('Cropped');
      // So is the configuration of a run that began before.
      expect(JSON.parse(await readFile(join(out, 'config.json'), 'utf8'))).not.toHaveProperty('styleCrop');
      for (const argv of [whole, withFlag(flags, '--style', style)]) {
        expect(await runCommandLine('train', ...argv, '--resume', out, '--steps', '2')).toMatchObject({ code: 0 });
      }
      expect(JSON.parse(await readFile(join(out, 'config.json'), 'utf8'))).not.toHaveProperty('styleCrop');
      expect((await runCommandLine('styles', join(out, 'model.onnx'))).stdout).toContain('--no-crop');
    });
  });

  it('remembers its preview photographs', async () => {
    const { out, content, flags } = await trainingFlags();
    await runCommandLine('train', ...flags, '--steps', '1', '--preview', join(content, 'photograph-2.png'));
    expect(await runCommandLine('train', '--resume', out, '--steps', '2')).toMatchObject({ code: 0 });
    const names = [1, 2].map((step) => `1-photograph-2-step-00000${step}.png`);
    expect((await readdir(join(out, 'previews'))).sort()).toEqual(['1-photograph-2-photograph.png', ...names]);
  });

  it('stops after --max-minutes, all saved and with exit code 0; the run goes on with --resume', async () => {
    const { out, flags } = await trainingFlags();
    const endless = [...flags, '--steps', '1000000'];
    const stopped = await runCommandLine('train', ...endless, '--max-minutes', '0.05');
    expect(stopped).toMatchObject({ code: 0 });
    expect(stopped.stdout).toContain(`0.05 minutes are over: stopped after step`);
    expect(stopped.stdout).toContain(`go on with --resume ${out}`);
    const { step } = (await RunFolder.readCheckpoint(styleRun, out)).state;
    expect(stopped.stdout).toContain(`after step ${step},`);
    const more = await runCommandLine('train', '--resume', out, '--steps', String(step + 1), '--json');
    expect(JSON.parse(more.stdout)).toMatchObject({ step: step + 1 });
  });

  it('writes the model of a run that was done before', async () => {
    const { out, flags } = await trainingFlags();
    await runCommandLine('train', ...flags, '--steps', '1');
    await rm(join(out, 'model.onnx'));
    expect(await runCommandLine('train', '--resume', out)).toMatchObject({ code: 0 });
    expect(existsSync(join(out, 'model.onnx'))).toBe(true);
  });

  it('devices that are not there', async () => {
    const { flags } = await trainingFlags();
    const cuda = await runCommandLine('train', ...withFlag(flags, '--device', 'cuda'), '--steps', '1');
    expect(cuda).toMatchObject({ code: 1 });
    expect(cuda.stderr).toMatch(/CUDA.*docs\/cuda\.md.*--device cpu/);
  });

  it.each(['train', 'sweep'])('%s: device and folder are tried before anything is read', async (command) => {
    const folder = await temporaryFolder();
    const file = join(folder, 'file');
    await writeFile(file, '');
    const nowhere = join(folder, 'nowhere');
    const missing = ['--style', nowhere, '--content', nowhere, '--loss-network', nowhere];
    const out = await runCommandLine(command, ...missing, '--device', 'cpu', '--out', join(file, 'out'));
    expect(out).toMatchObject({ code: 1, stdout: '' });
    expect(out.stderr).toContain(`but ${file} is a file`);
    const cuda = await runCommandLine(command, ...missing, '--device', 'cuda', '--out', nowhere);
    expect(cuda).toMatchObject({ code: 1, stdout: '' });
    expect(cuda.stderr).toMatch(/^impasto: Expected ONNX Runtime's CUDA provider/);
    expect(await readdir(folder)).toEqual(['file']);
  });
});

describe('impasto', () => {
  it('knows its version and shows help', async () => {
    expect((await runCommandLine('--version')).code).toBe(0);
    expect((await runCommandLine('train', '--help')).code).toBe(0);
  });

  it('alone prints its help', async () => {
    expect((await runCommandLine()).code).toBe(0);
  });

  it.each([[['paint']]])('wrong usage: %j', async (argv) => {
    expect(await runCommandLine(...argv)).toMatchObject({ code: 2 });
  });
});
