import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { optimizerGraph } from '../../src/graph-builder/programs/optimizer-graph.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { loadStylizer } from '../../src/infer/open-stylizer.node.ts';
import { vividPicture } from '../helpers/pictures.ts';
import { negative, negativeGraph, untrainedGraph, writeModel } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const onCpu = { device: 'cpu', threads: 1 } as const;

describe('loadStylizer', () => {
  it('loads a model file', async () => {
    const path = await writeModel(await temporaryFolder(), negativeGraph());
    const { stylizer, device } = await loadStylizer(path, onCpu);
    onTestFinished(() => stylizer.release());
    expect(device).toBe('cpu');
    expect(await stylizer.stylize(vividPicture())).toEqual(negative(vividPicture()));
  });

  const notOnnx = 'Expected an ONNX model but received a file that is not one (damaged, cut short, or another format)';

  it.each<[string, (path: string) => Promise<unknown>, string]>([
    ['a missing file', async () => {}, 'Expected a model file (.onnx) at PATH but there is no such file'],
    ['a folder', (path) => mkdir(path), 'Expected a model file (.onnx) at PATH but it is a folder'],
    ['an empty file', (path) => writeFile(path, ''), `PATH: ${notOnnx}`],
    ['a text file', (path) => writeFile(path, 'style\n'), `PATH: ${notOnnx}`],
    [
      'a picture',
      (path) => encodePicture(vividPicture(), `${path}.png`).then(() => writePng(path)),
      `PATH: ${notOnnx}`,
    ],
    ['half a model', (path) => writeHalf(path), `PATH: ${notOnnx}`],
    [
      'another model',
      (path) => writeModel(join(path, '..'), optimizerGraph([{ name: 'weight', shape: [2] }])),
      'Expected a style network: one float32 input [N, 3, H, W], but PATH has 6 inputs',
    ],
  ])('refuses %s in a sentence with its path', async (_, write, message) => {
    const path = join(await temporaryFolder(), 'model.onnx');
    await write(path);
    const reason = await loadStylizer(path, onCpu).catch((error: Error) => error.message);
    expect(reason).toContain(message.replace('PATH', path));
    expect(reason).not.toContain('\n');
  });
});

async function writePng(path: string): Promise<void> {
  await writeFile(path, await readFile(`${path}.png`));
}

async function writeHalf(path: string): Promise<void> {
  const whole = await readFile(await writeModel(join(path, '..'), untrainedGraph()));
  await writeFile(path, whole.subarray(0, whole.length / 2));
}
