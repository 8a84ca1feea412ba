import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { symbolic } from '../../src/graph-builder/ir/dimension.ts';
import { type Graph, input } from '../../src/graph-builder/ir/value.ts';
import { cast, concat, slice, sub } from '../../src/graph-builder/operators/index.ts';
import { decodePicture } from '../../src/image/decode.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { vividPicture } from '../helpers/pictures.ts';
import { negative, writeModel } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const repository = resolve(import.meta.dirname, '../..');
const example = (file: string) => join(repository, 'examples', 'edge', file);
const pythonHasPackages = spawnSync('python3', ['-c', 'import numpy, onnxruntime, PIL']).status === 0;

/** The negative as a model from bytes to bytes: [1, H, W, 4], RGBA. */
function rgbaNegative(): Graph {
  const image = input('image', 'uint8', [1, symbolic('H'), symbolic('W'), 4]);
  const channels = (start: number, end: number) => slice(image, { axes: [3], starts: [start], ends: [end] });
  const colours = cast(sub(255, cast(channels(0, 3), 'float32')), 'uint8');
  return {
    name: 'negative',
    inputs: [image],
    outputs: [{ name: 'stylized', value: concat([colours, channels(3, 4)], 3) }],
  };
}

async function expectPaints(program: string, file: string): Promise<void> {
  const folder = await temporaryFolder();
  const [photograph, painting] = [join(folder, 'photograph.png'), join(folder, 'painting.png')];
  await encodePicture(vividPicture(31, 22), photograph);
  const style = await writeModel(folder, rgbaNegative());
  await promisify(execFile)(program, [example(file), style, photograph, painting]);
  expect([...(await decodePicture(painting)).data]).toEqual([...negative(vividPicture(31, 22)).data]);
}

describe('the examples of docs/edge.md', () => {
  it.each([
    ['stylize.mjs', 'js'],
    ['stylize.py', 'python'],
    ['stylize.cpp', 'cpp'],
    ['Stylizer.kt', 'kotlin'],
  ])('%s is shown as it is', async (file, language) => {
    const page = await readFile(join(repository, 'docs', 'edge.md'), 'utf8');
    expect(page).toContain(`\`\`\`${language}\n${await readFile(example(file), 'utf8')}\`\`\``);
  });

  it('paints a picture in Node', () => expectPaints(process.execPath, 'stylize.mjs'));

  it.skipIf(!pythonHasPackages)('paints a picture in Python', () => expectPaints('python3', 'stylize.py'));
});
