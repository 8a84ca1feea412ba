import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture, pictureSize } from '../../src/image/decode.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { announcing, plainPicture, smoothPicture, vividPicture } from '../helpers/pictures.ts';
import { spawnCommand } from '../helpers/spawn-command.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writePatternVgg } from '../helpers/training-files.ts';

let root: string;
let lossNetwork: string;
const at = (...parts: readonly string[]) => join(root, ...parts);

/** In `root`: photograph.png, painting.png, unfitting ones, and a loss network to relu4_1. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'impasto-test-'));
  lossNetwork = await writePatternVgg(root, 'relu4_1');
  await encodePicture(smoothPicture(64, 48), at('photograph.png'));
  await encodePicture(vividPicture(70, 64), at('painting.png'));
  await encodePicture(smoothPicture(60, 15), at('low.png'));
  await encodePicture(vividPicture(16, 300), at('narrow.png'));
  await encodePicture(vividPicture(1400, 70), at('strip.png'));
  await encodePicture(plainPicture(80, 80, [10, 120, 30]), at('plain.png'));
  await writeFile(at('notes.txt'), 'no picture\n');
  await writeFile(at('sensor.jpg'), await announcing(14_000, 14_000));
  await writeFile(at('bomb.jpg'), await announcing(60_000, 60_000));
  await symlink(at('painting.png'), at('link.png'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The command line of `impasto optimize` with the test's files; a flag that is given takes its default's place. */
function commandOf(photograph: string, ...argv: readonly string[]): readonly string[] {
  const defaults: Readonly<Record<string, string>> = {
    '--style': at('painting.png'),
    '--loss-network': lossNetwork,
    '--recipe': 'motifs',
    '--style-size': '64',
    '--iterations': '2',
    '--device': 'cpu',
    '--threads': '1',
  };
  const missing = Object.entries(defaults).filter(([flag]) => !argv.includes(flag));
  return ['optimize', photograph, ...argv, ...missing.flat()];
}

const optimize = (...argv: readonly [string, ...string[]]) => runCommandLine(...commandOf(...argv));

describe('impasto optimize', () => {
  it('paints a photograph, shows how far it is, and says as JSON what became of it', async () => {
    const out = await temporaryFolder();
    const output = join(out, 'new', 'painted.png');
    const { code, stdout, stderr } = await optimize(at('photograph.png'), '--output', output, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      output,
      width: 64,
      height: 48,
      iterations: 2,
      loss: expect.any(Number),
      content: expect.any(Number),
      style: expect.any(Number),
      tv: expect.any(Number),
      device: 'cpu',
    });
    expect(stderr).toMatch(
      /^A picture of 64×48 pixels, the painting at 70×64; it takes at most about 0\.\d GB of memory\n/,
    );
    expect(stderr).toContain('2/2 iterations | 64×48 pixels | loss ');
    expect(await readdir(join(out, 'new'))).toEqual(['painted.png']);
    const [painted, photograph] = [await decodePicture(output), await decodePicture(at('photograph.png'))];
    expect(painted).toMatchObject({ width: 64, height: 48 });
    expect(painted.data).not.toEqual(photograph.data);
  });

  it('gives the same file again', async () => {
    const out = await temporaryFolder();
    const [first, second] = [join(out, 'first.png'), join(out, 'second.png')];
    expect(await optimize(at('photograph.png'), '--output', first)).toMatchObject({ code: 0 });
    expect(await optimize(at('photograph.png'), '--output', second)).toMatchObject({ code: 0 });
    expect((await readFile(second)).equals(await readFile(first))).toBe(true);
  });

  it('weighs the terms as it is told', async () => {
    const out = await temporaryFolder();
    const weights = ['--style-weight', '0', '--tv-weight', '0', '--content-weight', '2'];
    const flags = ['--output', join(out, 'same.png'), ...weights, '--layer-weights', 'relu1_1=1', '--json'];
    const { stdout } = await optimize(at('photograph.png'), ...flags);
    expect(JSON.parse(stdout)).toMatchObject({ loss: 0, content: 0 });
    expect(await decodePicture(join(out, 'same.png'))).toEqual(await decodePicture(at('photograph.png')));
  });

  it('reduces a larger photograph to --max-size, and writes previews of the sizes on the way', async () => {
    const out = await temporaryFolder();
    const [photograph, preview] = [join(out, 'large.png'), join(out, 'preview.jpg')];
    await encodePicture(smoothPicture(500, 300), photograph);
    const flags = ['--output', join(out, 'painted.jpg'), '--max-size', '200', '--preview-file', preview];
    const first = await optimize(photograph, ...flags, '--preview-every', '2', '--iterations', '3');
    expect(first.code).toBe(0);
    expect(await pictureSize(join(out, 'painted.jpg'))).toEqual({ width: 200, height: 120 });
    expect(await pictureSize(preview)).toEqual({ width: 100, height: 60 });
  });

  it('Ctrl-C writes the picture so far, of the size that it was to have', async () => {
    const out = await temporaryFolder();
    const [photograph, output, preview] = ['large.png', 'painted.png', 'preview.png'].map((name) => join(out, name));
    await encodePicture(smoothPicture(200, 120), photograph ?? '');
    const flags = ['--output', output ?? '', '--preview-file', preview ?? '', '--preview-every', '1'];
    const command = spawnCommand(commandOf(photograph ?? '', ...flags, '--iterations', '1000000'));
    while (command.process.exitCode === null && !existsSync(preview ?? '')) await wait(20);
    command.process.kill('SIGINT');
    const { code, stdout, stderr } = await command.result;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/impasto: stopped after iteration \d+ of 1000000; the picture so far is .*painted\.png\n$/);
    expect(await pictureSize(output ?? '')).toEqual({ width: 200, height: 120 });
    expect((await readdir(out)).toSorted()).toEqual(['large.png', 'painted.png', 'preview.png']);
  });
});

describe('impasto optimize, before any work', () => {
  it.each([
    ['narrow.png', 'a painting of at least 64 pixels a side'],
    ['strip.png', 'has 1400×70 pixels: cut out a part of it'],
    ['plain.png', 'a painting with more than one colour'],
  ])('refuses a painting that nothing can be learnt from: %s', async (painting, message) => {
    const output = join(await temporaryFolder(), 'painted.png');
    const { code, stdout, stderr } = await optimize(at('photograph.png'), '--style', at(painting), '--output', output);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(output)).toBe(false);
  });

  it.each<[string, readonly string[], string]>([
    ['photograph.png', ['--style', 'gone.png'], 'there is no such file'],
    ['photograph.png', ['--style', 'notes.txt'], 'its content is none of these'],
    ['low.png', [], 'a photograph of at least 48 pixels a side, which the loss network needs, but received 60×15'],
    [
      'photograph.png',
      ['--max-size', '20'],
      'at least 48 pixels a side, which the loss network needs, but received 20×15',
    ],
    ['gone.png', [], 'there is no such file'],
    ['notes.txt', [], 'its content is none of these'],
    ['bomb.jpg', [], 'its header announces 60000×60000 pixels'],
    ['sensor.jpg', ['--max-size', '1000000'], 'to optimise a picture of 14000×14000 pixels but there are'],
    ['photograph.png', ['--loss-network', 'gone.safetensors'], 'gone.safetensors'],
    ['photograph.png', ['--output', 'notes.txt/painted.png'], 'notes.txt is a file'],
  ])('fails in a sentence: %s %j', async (photograph, flags, message) => {
    const out = await temporaryFolder();
    const inRoot = flags.map((word) => (/\.(png|txt|safetensors)/.test(word) ? at(word) : word));
    const output = flags.includes('--output') ? [] : ['--output', join(out, 'new', 'painted.png')];
    const { code, stdout, stderr } = await optimize(at(photograph), ...output, ...inRoot);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^impasto: [^\n]*\n$/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(await readdir(out)).toEqual([]);
  });

  it.each<[readonly string[], string]>([
    [['--output', 'painted.gif'], 'received painted.gif'],
    [['--output', 'folder/'], 'received folder/'],
    [['--output', '-'], 'received -'],
    [['--output', 'photograph.png'], 'is an input and would be overwritten'],
    [['--output', 'link.png'], 'is an input and would be overwritten'],
    [['--output', 'a.png', '--preview-file', 'painting.png'], 'is an input and would be overwritten'],
    [['--output', 'a.png', '--preview-file', 'preview'], 'received'],
    [['--output', 'a.png', '--preview-every', '3'], 'preview-file'],
    [['--output', 'a.png', '--iterations', '0'], 'at least 1 for --iterations but received 0'],
    [['--output', 'a.png', '--max-size', '0'], 'at least 1 for --max-size but received 0'],
    [['--output', 'a.png', '--style-size', '63'], 'for --style-size but received 63'],
    [['--output', 'a.png', '--layer-weights', 'relu9_9=1'], 'relu9_9=1'],
    [['--output', 'a.png', '--recipe', 'secret'], 'received "secret"'],
    [['--output', 'a.png', '--steps', '3'], 'Unknown option --steps'],
    [[], 'output'],
  ])('wrong usage: %j', async (flags, message) => {
    const inRoot = flags.map((word) => (/^(photograph|link|painting|a)\.png$/.test(word) ? at(word) : word));
    const { code, stdout, stderr } = await optimize(at('photograph.png'), ...inRoot);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(at('a.png'))).toBe(false);
  });
});
