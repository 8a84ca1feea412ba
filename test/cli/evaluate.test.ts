import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optimizerGraph } from '../../src/graph-builder/programs/optimizer-graph.ts';
import { cutRegion } from '../../src/image/crop.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { framedPicture, plainPicture, smoothPicture, vividPicture } from '../helpers/pictures.ts';
import { identityGraph, negative, untrainedGraph, writeModel } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writePatternVgg } from '../helpers/training-files.ts';

let root: string;
let lossNetwork: string;
const at = (...parts: readonly string[]) => join(root, ...parts);

/** In `root`: painting.png, photos/a.png and b.png, models, a loss network to relu4_1, and what is no picture. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'impasto-test-'));
  for (const folder of ['photos', 'painted', 'flawed', 'hopeless', 'empty']) await mkdir(at(folder));
  lossNetwork = await writePatternVgg(root, 'relu4_1');
  await encodePicture(vividPicture(70, 64), at('painting.png'));
  await encodePicture(smoothPicture(40, 32), at('photos', 'a.png'));
  await encodePicture(vividPicture(64, 32), at('photos', 'b.png'));
  await encodePicture(negative(smoothPicture(40, 32)), at('painted', 'a.png'));
  await encodePicture(negative(vividPicture(64, 32)), at('painted', 'b.png'));
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
    const { code, stdout, stderr } = await evaluate('--model', at('untrained.onnx'), '--max-side', '32');
    expect(code).toBe(0);
    expect(stderr).toContain('relu5_1');
    const numbers = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, expect.any(Number)]));
    const layers = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'];
    const measures = numbers([
      'colour',
      ...['', ...layers.map((layer) => `.${layer}`)].flatMap((layer) => [`style${layer}`, `content${layer}`]),
      ...['', '.relu3_1', '.relu4_1'].flatMap((layer) => [`motifs${layer}`, `unpainted${layer}`]),
    ]);
    const losses = { ...numbers(['loss', 'content', 'style', 'tv']), measures };
    expect(JSON.parse(stdout)).toEqual({
      style: at('painting.png'),
      styleSize: 64,
      model: at('untrained.onnx'),
      lossNetwork,
      recipe: 'balanced',
      pyramidLevels: 1,
      maxSide: 32,
      perception: { lossNetwork, layers },
      weights: { content: 1, style: 12, tv: 2 },
      layerWeights: { relu1_1: 0.3, relu2_1: 0.2, relu3_1: 0.25, relu4_1: 0.25 },
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

describe('impasto evaluate of several', () => {
  const models = () => ['--model', at('identity.onnx'), '--model', at('untrained.onnx')];

  it('says in JSON which of two models is better by each measure, and on how many photographs', async () => {
    const { code, stdout } = await evaluate(...models(), '--json');
    expect(code).toBe(0);
    const { candidates, comparisons } = JSON.parse(stdout);
    expect(candidates).toMatchObject([{ model: at('identity.onnx') }, { model: at('untrained.onnx') }]);
    const single = JSON.parse((await evaluate('--model', at('untrained.onnx'), '--json')).stdout);
    expect(candidates[1]).toMatchObject({ images: single.images, mean: single.mean, failed: [] });

    const [comparison, ...others] = comparisons;
    expect(others).toEqual([]);
    expect(comparison).toMatchObject({ candidates: [at('identity.onnx'), at('untrained.onnx')], photographs: 2 });
    const names = comparison.measures.map(({ measure }: { measure: string }) => measure);
    expect(names).toEqual(['motifs', 'unpainted', 'style', 'colour', 'content', 'loss']);
    expect(comparison.measures).toContainEqual({
      measure: 'content',
      means: [0, single.mean.measures.content],
      better: at('identity.onnx'),
      wins: [2, 0],
    });
  });

  it('says so in a table for people', async () => {
    const { code, stdout } = await evaluate(...models());
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines.slice(0, 2)).toEqual([`A  ${at('identity.onnx')}`, `B  ${at('untrained.onnx')}`]);
    expect(lines).toContainEqual(expect.stringMatching(/^content +0\.00 +0\.\d+ +A +2 /));
  });

  it('compares every two of three, by the photographs that both have', async () => {
    const content = ['--content', at('flawed')];
    const { code, stdout, stderr } = await evaluate(...models(), '--model', at('fixed.onnx'), ...content, '--json');
    const { comparisons } = JSON.parse(stdout);
    expect(comparisons).toHaveLength(3);
    expect(comparisons).toContainEqual(
      expect.objectContaining({ candidates: [at('untrained.onnx'), at('fixed.onnx')], photographs: 1 }),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/impasto: 3 of 6 photographs could not be judged\n$/);
  });

  it('compares folders of finished pictures', async () => {
    const { code, stdout } = await evaluate('--stylized', at('photos'), '--stylized', at('painted'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ candidates: [{ stylized: at('photos') }, { stylized: at('painted') }] });
  });
});

describe('impasto evaluate with wrong usage', () => {
  it.each<[readonly string[], string]>([
    [[], 'Expected what to judge: --model FILE or --stylized DIR'],
    [['--content', 'gone'], 'Expected what to judge: --model FILE or --stylized DIR'],
    [['--model', 'm.onnx', '--stylized', 'out'], 'Expected --model or --stylized but received both'],
    [['--model', 'm.onnx', '--model', 'm.onnx'], 'Expected different values for --model but received m.onnx twice'],
    [['--model', 'm.onnx', '--model'], 'model'],
    [['--model', 'm.onnx', '--limit', '1', '--limit', '2'], 'Expected --limit once but received 1 and 2'],
    [
      ['--model', 'm.onnx', '--recipe', 'secret'],
      'received "secret", its choices are "balanced", "motifs", "paper", "original"',
    ],
    [['--model', 'm.onnx', '--max-side', '8'], 'Expected a whole number of at least 16 for --max-side but received 8'],
    [['--model', 'm.onnx', '--limit', '0'], 'Expected a whole number of at least 1 for --limit but received 0'],
    [['--model', 'm.onnx', '--limit', 'few'], 'for --limit but received few'],
    [['--model', 'm.onnx', '--style-size', '63'], 'for --style-size but received 63'],
    [['--model', 'm.onnx', '--steps', '3'], 'Unknown option --steps'],
    [['--model', 'm.onnx', 'photo.jpg'], 'Unknown word photo.jpg'],
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

describe('impasto evaluate with a painting in a frame', () => {
  it('compares with what lies within it, or with all of it where that is asked for', async () => {
    const folder = await temporaryFolder();
    const framed = framedPicture(vividPicture(300, 220), 20);
    await encodePicture(framed, join(folder, 'framed.png'));
    const lossesWith = async (style: string, ...argv: readonly string[]) => {
      const { stdout } = await evaluate('--stylized', at('painted'), '--style', join(folder, style), ...argv);
      const { styleCrop, mean } = JSON.parse(stdout);
      return { styleCrop, mean };
    };
    const { styleCrop, mean } = await lossesWith('framed.png');
    await encodePicture(cutRegion(framed, styleCrop), join(folder, 'part.png'));
    expect(await lossesWith('part.png')).toEqual({ mean });
    const whole = await lossesWith('framed.png', '--no-crop');
    expect(whole.styleCrop).toBeUndefined();
    expect(whole.mean.style / mean.style).not.toBeCloseTo(1, 2);
  });

  it('refuses a painting of one colour as wrong usage', async () => {
    const style = join(await temporaryFolder(), 'flat.png');
    await encodePicture(plainPicture(80, 80, [1, 2, 3]), style);
    const { code, stdout, stderr } = await evaluate('--stylized', at('painted'), '--style', style);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('more than one colour');
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
