import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodePicture } from '../../src/image/encode.node.ts';
import { runTraining } from '../../src/train/run/run-training.node.ts';
import { runToolLine } from '../helpers/command-line.ts';
import { vividPicture } from '../helpers/pictures.ts';
import { smallRun } from '../helpers/small-run.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const names = ['feature-maps.webp', 'gram-matrices.webp', 'loss-curves.svg', 'steps.webp', 'transform-network.svg'];
/** A trained run, a photograph, and the command on both. */
async function workplace() {
  const training = await smallRun({ checkpointEvery: 2 });
  await runTraining(training);
  const photograph = join(await temporaryFolder(), 'photograph.png');
  await encodePicture(vividPicture(96, 64), photograph);
  const run = training.out;
  const figures = (out: string, ...argv: readonly string[]) =>
    runToolLine('figures', '--run', run, '--photograph', photograph, '--out', out, '--threads', '1', ...argv);
  return { run, figures };
}

describe('impasto figures', () => {
  it('draws all figures of a run, and the same again', async () => {
    const { figures } = await workplace();
    const out = join(await temporaryFolder(), 'docs', 'figures');
    const { code, stdout, stderr } = await figures(out, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const contents = await Promise.all(names.map((name) => readFile(join(out, name))));
    const bytes = contents.reduce((sum, { length }) => sum + length, 0);
    expect(JSON.parse(stdout)).toEqual({ out, figures: names, bytes });
    const sizes = await Promise.all(contents.map(async (content) => (await sharp(content).metadata()).width));
    expect(sizes).toEqual([1200, 1200, 600, 1200, 600]);
    expect(contents[4]?.toString()).toContain('8 × 16 × 16');

    await figures(out);
    expect(await Promise.all(names.map((name) => readFile(join(out, name))))).toEqual(contents);
  });

  it('writes nothing where the run lacks what a figure shows', async () => {
    const { run, figures } = await workplace();
    const out = join(await temporaryFolder(), 'figures');
    const fails = async (sentence: string) => {
      expect(await figures(out)).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
      await expect(readdir(out)).rejects.toThrow('ENOENT');
    };
    await rm(join(run, 'model.onnx'));
    await fails('Expected a model file (.onnx)');
    for (const name of await readdir(join(run, 'previews'))) await rm(join(run, 'previews', name));
    await fails("Expected pictures of a training run's previews");
    await rm(join(run, 'metrics.jsonl'));
    await fails('Expected a run of at least two steps');
    await rm(join(run, 'config.json'));
    await fails("Expected a training run's folder");
  });
});
