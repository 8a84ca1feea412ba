import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optimizerGraph } from '../../src/graph-builder/artifacts/optimizer-graph.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { smoothPicture, vividPicture } from '../helpers/pictures.ts';
import { identityGraph, untrainedGraph, writeModel } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writePatternVgg } from '../helpers/training-files.ts';

let root: string;
let lossNetwork: string;
const at = (...parts: readonly string[]) => join(root, ...parts);

/** In `root`: painting.png, photos/a.png and b.png, models, a loss network to relu4_1, and what is no picture. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'impasto-test-'));
  for (const folder of ['photos', 'flawed', 'hopeless', 'empty']) await mkdir(at(folder));
  lossNetwork = await writePatternVgg(root, 'relu4_1');
  await encodePicture(vividPicture(70, 64), at('painting.png'));
  await encodePicture(smoothPicture(40, 32), at('photos', 'a.png'));
  await encodePicture(vividPicture(64, 32), at('photos', 'b.png'));
  await encodePicture(smoothPicture(40, 32), at('flawed', 'a.png'));
  await writeFile(at('flawed', 'b.jpg'), 'no picture');
  await writeFile(at('hopeless', 'a.jpg'), 'no picture');
  await writeFile(at('notes.txt'), 'no picture\n');
  await writeModel(root, identityGraph(), 'identity.onnx');
  await writeModel(root, identityGraph([1, 3, 24, 24]), 'fixed.onnx');
  await writeModel(root, untrainedGraph(), 'untrained.onnx');
  await writeModel(root, optimizerGraph([{ name: 'weight', shape: [2] }]), 'optimizer.onnx');
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Runs `impasto evaluate` with the test's files; a flag that is given takes its default's place. */
function evaluate(...argv: readonly string[]) {
  const defaults: Readonly<Record<string, string>> = {
    '--style': at('painting.png'),
    '--content': at('photos'),
    '--loss-network': lossNetwork,
    '--style-size': '64',
    '--device': 'cpu',
    '--threads': '1',
  };
  const missing = Object.entries(defaults).filter(([flag]) => !argv.includes(flag));
  return runCommandLine('evaluate', ...argv, ...missing.flat());
}

describe('impasto evaluate', () => {
  it('prints the terms of each picture of a model, their means and how they were computed', async () => {
    const { code, stdout } = await evaluate('--model', at('untrained.onnx'), '--max-side', '32');
    expect(code).toBe(0);
    const losses = Object.fromEntries(['loss', 'content', 'style', 'tv'].map((term) => [term, expect.any(Number)]));
    expect(JSON.parse(stdout)).toEqual({
      style: at('painting.png'),
      styleSize: 64,
      model: at('untrained.onnx'),
      lossNetwork,
      recipe: 'motifs',
      pyramidLevels: 2,
      maxSide: 32,
      weights: { content: 1, style: 10, tv: 2 },
      layerWeights: { relu1_1: 0.25, relu2_1: 0.25, relu3_1: 0.25, relu4_1: 0.25 },
      images: [
        { name: 'a.png', ...losses },
        { name: 'b.png', ...losses },
      ],
      mean: losses,
      failed: [],
    });
  });

  it('judges a folder of pictures that impasto stylize wrote like the model that painted them', async () => {
    const out = await temporaryFolder();
    await runCommandLine('stylize', at('photos'), '--model', at('untrained.onnx'), '--output', out);
    const folder = await evaluate('--stylized', out, '--json');
    const model = await evaluate('--model', at('untrained.onnx'), '--json');
    expect(folder.stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(folder.stdout)).toMatchObject({ stylized: out, images: JSON.parse(model.stdout).images });
  });

  it('judges a model of one size, and only so many photographs', async () => {
    const { code, stdout } = await evaluate('--model', at('fixed.onnx'), '--limit', '1');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).images).toEqual([expect.objectContaining({ name: 'a.png', content: 0 })]);
  });

  it('goes on after a photograph that cannot be read, names it and fails at the end', async () => {
    const { code, stdout, stderr } = await evaluate('--model', at('identity.onnx'), '--content', at('flawed'));
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ images: [{ name: 'a.png' }], failed: [{ name: 'b.jpg' }] });
    expect(stderr).toContain(at('flawed', 'b.jpg'));
    expect(stderr).toMatch(/impasto: 1 of 2 photographs could not be judged\n$/);
  });
});

describe('impasto evaluate with wrong usage', () => {
  it.each<[readonly string[], string]>([
    [[], 'Expected what to judge: --model FILE or --stylized DIR'],
    [['--content', 'gone'], 'Expected what to judge: --model FILE or --stylized DIR'],
    [['--model', 'm.onnx', '--stylized', 'out'], 'Expected --model or --stylized but received both'],
    [
      ['--model', 'm.onnx', '--recipe', 'secret'],
      'received "secret", its choices are "motifs", "balanced", "paper", "original"',
    ],
    [['--model', 'm.onnx', '--max-side', '8'], 'Expected a whole number of at least 16 for --max-side but received 8'],
    [['--model', 'm.onnx', '--limit', '0'], 'Expected a whole number of at least 1 for --limit but received 0'],
    [['--model', 'm.onnx', '--limit', 'few'], 'for --limit but received few'],
    [['--model', 'm.onnx', '--style-size', '63'], 'for --style-size but received 63'],
    [['--model', 'm.onnx', '--steps', '3'], 'that the command has but received steps'],
    [['--model', 'm.onnx', 'photo.jpg'], 'that the command has but received photo.jpg'],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await evaluate(...argv);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('without a painting or photographs', async () => {
    const { code, stderr } = await runCommandLine('evaluate', '--model', 'm.onnx');
    expect(stderr).toContain('Expected values for style, content but received none');
    expect(code).toBe(2);
  });
});

describe('impasto evaluate with bad input', () => {
  it.each<[string, readonly string[], string]>([
    ['a missing painting', ['--style', '~/gone.png'], 'Expected a picture file at gone.png but there is no such file'],
    [
      'a painting that is no picture',
      ['--style', '~/notes.txt'],
      'picture in notes.txt but its content is none of these',
    ],
    ['a missing folder', ['--content', '~/gone'], 'Expected a folder of pictures at gone but it does not exist'],
    ['an empty folder', ['--content', '~/empty'], 'in empty or its subfolders but found none'],
    [
      'only unreadable photographs',
      ['--content', '~/hopeless'],
      'Expected at least one photograph that can be judged among 1',
    ],
    [
      'a missing model',
      ['--model', '~/gone.onnx'],
      'Expected a model file (.onnx) at gone.onnx but there is no such file',
    ],
    [
      'another model',
      ['--model', '~/optimizer.onnx'],
      'Expected a style network: one float32 input [N, 3, H, W], but optimizer.onnx',
    ],
    ['no stylized pictures', ['--stylized', '~/empty'], 'in empty or its subfolders but found none'],
    ['a missing stylized picture', ['--stylized', '~/hopeless'], 'but there is none for b.png (1 of 2 photographs)'],
    ['a loss network that is too shallow', ['--recipe', 'original'], 'up to relu5_1 but the file ends at relu4_1'],
    ['no loss network', ['--loss-network', '~/gone.safetensors'], 'There is no file gone.safetensors'],
  ])('%s', async (_, argv, message) => {
    const inRoot = argv.map((word) => word.replace(/^~/, root));
    const source = argv.includes('--stylized') || argv.includes('--model') ? [] : ['--model', at('identity.onnx')];
    const { code, stdout, stderr } = await evaluate(...inRoot, ...source);
    expect(stderr.replaceAll(`${root}/`, '')).toContain(message);
    expect(stderr).toMatch(/^impasto: [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });
});
