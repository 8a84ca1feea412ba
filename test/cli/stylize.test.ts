import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { pictureSize } from '../../src/image/decode.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { toSharp } from '../helpers/pictures.ts';
import { spawnCommand } from '../helpers/spawn-command.ts';
import { negative, negativeGraph, untrainedGraph, writeModel } from '../helpers/style-models.ts';
import { expectNegative, filesIn, first, second, stylizeWorkplace } from '../helpers/stylize-workplace.ts';

describe('impasto stylize', () => {
  it('paints one picture into the file that is named', async () => {
    const { at, stylize } = await stylizeWorkplace();
    const output = at('results', 'painted.png');
    const { code, stdout } = await stylize(at('photos', 'first.png'), '--output', output);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${output} is painted\n` });
    await expectNegative(output, first);
    expect(await filesIn(at('results'))).toEqual(['painted.png']);
  });

  it('writes the format of the extension, at the quality that is asked for', async () => {
    const { at, stylize } = await stylizeWorkplace();
    const photo = at('photos', 'first.png');
    await stylize(photo, '--output', at('fine.jpg'), '--quality', '100');
    await stylize(photo, '--output', at('coarse.jpg'), '--quality', '10');
    const [fine, coarse] = await Promise.all([readFile(at('fine.jpg')), readFile(at('coarse.jpg'))]);
    expect(fine.subarray(0, 3).toString('hex')).toBe('ffd8ff');
    expect(fine.length).toBeGreaterThan(coarse.length);
  });

  it('paints one picture into a folder, under its own name', async () => {
    const { at, stylize } = await stylizeWorkplace();
    await stylize(at('photos', 'first.png'), '--output', at('results'));
    await expectNegative(at('results', 'first.png'), first);
  });

  it('mirrors a folder and takes pictures beside it', async () => {
    const { at, model, stylize } = await stylizeWorkplace();
    await toSharp(first).gif().toFile(at('moving.gif'));
    const inputs = [at('photos'), at('moving.gif')];
    const { code, stdout } = await stylize(...inputs, '--output', at('results'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      outputs: ['album/second.png', 'first.png', 'moving.png'].map((name) => at('results', name)),
      skipped: [],
      failed: [],
      model,
      device: 'cpu',
    });
    expect(await filesIn(at('results'))).toEqual(['album/second.png', 'first.png', 'moving.png']);
    await expectNegative(at('results', 'first.png'), first);
    await expectNegative(at('results', 'album', 'second.png'), second);
  });

  it('writes a picture that is given twice once', async () => {
    const { at, stylize } = await stylizeWorkplace();
    const { stdout } = await stylize(at('photos'), at('photos', 'first.png'), '--output', at('out'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ outputs: [at('out', 'album', 'second.png'), at('out', 'first.png')] });
  });

  it('paints with our own network at any size', async () => {
    const { at, root } = await stylizeWorkplace();
    const model = await writeModel(root, untrainedGraph(), 'untrained.onnx');
    const { code } = await runCommandLine('stylize', at('photos'), '--model', model, '--output', at('out'));
    expect(code).toBe(0);
    expect(await pictureSize(at('out', 'first.png'))).toEqual({ width: 20, height: 15 });
    expect(await pictureSize(at('out', 'album', 'second.png'))).toEqual({ width: 9, height: 30 });
  });

  it('says what a model of one size takes', async () => {
    const { at, root } = await stylizeWorkplace();
    const model = await writeModel(root, negativeGraph([1, 3, 15, 20]), 'fixed.onnx');
    const { code, stderr } = await runCommandLine('stylize', at('photos'), '--model', model, '--output', at('out'));
    expect(code).toBe(1);
    const photo = at('photos', 'album', 'second.png');
    expect(stderr).toContain(`${photo}: Expected a picture of 20×15 pixels, the only size that this model takes`);
    expect(await filesIn(at('out'))).toEqual(['first.png']);
  });

  it.skipIf(process.platform !== 'linux')('says when there is no GPU to be had', async () => {
    const { at, model } = await stylizeWorkplace();
    const argv = ['stylize', at('photos'), '--model', model, '--output', at('out'), '--device', 'webgpu'];
    const { code, stderr } = await spawnCommand(argv, { VK_DRIVER_FILES: at('no-driver.json') }).result;
    expect(code).toBe(1);
    expect(stderr).toContain('Expected a GPU with a Vulkan driver for --device webgpu but found no adapter');
    expect(await filesIn(at('out'))).toEqual([]);
  });
});

describe('impasto stylize with wrong usage', () => {
  it.each<[readonly string[], string]>([
    [['--output', 'OUT'], 'Received 0 words after the command but expected at least 1'],
    [['PHOTOS'], 'Say where to write with --output FOLDER'],
    [['PHOTO', '--output', 'OUT', '--style-strength', '1'], 'Unknown option --style-strength'],
    [['PHOTO', '--output', 'OUT', '--strength', '2'], 'Expected a number from 0 to 1 for --strength but received 2'],
    [
      ['PHOTO', '--output', 'OUT', '--tile', '130'],
      'Expected a multiple of 4 of at least 64 or auto for --tile but received 130',
    ],
    [['PHOTO', '--output', 'OUT', '--max-size', '0'], 'Expected a whole number of at least 1 for --max-size'],
    [['PHOTO', '--output', 'OUT', '--stroke-size', 'big'], 'for --stroke-size but received big'],
    [
      ['PHOTO', '--output', 'OUT', '--quality', '0'],
      'Expected a whole number from 1 to 100 for --quality but received 0',
    ],
    [['PHOTO', '--output', 'OUT', '--quality', '1.5'], 'for --quality but received 1.5'],
    [['PHOTO', '--output', 'OUT', '--threads', '-1'], 'Expected a whole number from 1 to 1024 for --threads'],
    [
      ['PHOTO', '--output', 'OUT', '--max-megapixels', '0'],
      'Expected a number above 0 for --max-megapixels but received 0',
    ],
    [['PHOTO', '--output', 'OUT', '--shard', '4/3'], 'Expected a part from 1 to 3 but received --shard 4/3'],
    [
      ['PHOTO', '--output', 'OUT', '--shard', 'auto'],
      'Expected a task of a Slurm array or of a Kubernetes indexed job',
    ],
    [['PHOTO', '--output', '-'], 'Expected a file or a folder for --output, which is no pipe, but received -'],
    [['PHOTO', '--output', 'OUT/a.gif'], '.gif can be read but not written'],
    [['PHOTO', '--output', 'OUT/a.bmp'], 'Name --output as a picture (.png, .jpg'],
    [['PHOTOS', '--output', 'OUT/a.png'], 'Expected a folder for --output, since there are several pictures'],
    [['PHOTO', 'PHOTOS', '--output', 'OUT/a.png'], 'Expected a folder for --output'],
    [['PHOTO', '--output', 'PHOTO'], 'Expected another --output: PHOTO is an input and would be overwritten'],
    [['PHOTO', '--output', 'LINK'], 'Expected another --output: LINK is an input'],
    [['PHOTOS', '--output', 'PHOTOS'], 'is an input and would be overwritten'],
  ])('%j', async (argv, message) => {
    const { at, root, stylize } = await stylizeWorkplace();
    await symlink(at('photos', 'first.png'), at('link.png'));
    const files = await filesIn(root);
    const names: Readonly<Record<string, string>> = {
      OUT: at('out'),
      PHOTOS: at('photos'),
      PHOTO: at('photos', 'first.png'),
      LINK: at('link.png'),
    };
    const filled = (text: string) => text.replace(/OUT|PHOTOS|PHOTO|LINK/g, (name) => names[name] ?? name);
    const { code, stdout, stderr } = await stylize(...argv.map(filled));
    expect(stderr).toContain(filled(message));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(await filesIn(root)).toEqual(files);
    await expectNegative(at('photos', 'first.png'), negative(first));
  });
});

describe('impasto stylize with bad input', () => {
  it.each<[string, readonly string[], string]>([
    [
      'a missing picture',
      ['photos/gone.png'],
      'Expected a picture or a folder of pictures at photos/gone.png but there is no',
    ],
    [
      'a missing picture for a file',
      ['gone.png', '--output', 'out.png'],
      'of pictures at gone.png but there is no such file',
    ],
    ['an empty folder', ['empty'], 'Expected pictures (jpg, jpeg, png, webp, avif, tif, tiff, gif) in empty'],
    ['a file that is no picture', ['notes.txt'], 'Expected a JPEG, PNG, WebP, AVIF, TIFF or GIF picture in notes.txt'],
    [
      'a missing model',
      ['photos', '--model', 'gone.onnx'],
      'Expected a model file (.onnx) at gone.onnx but there is no',
    ],
    ['a text file as model', ['photos', '--model', 'notes.txt'], 'notes.txt: Expected an ONNX model'],
    [
      'a file in place of the output folder',
      ['photos', '--output', 'notes.txt'],
      'Expected to write into the folder notes.txt',
    ],
    ['a file above the output folder', ['photos', '--output', 'notes.txt/deep/out'], 'notes.txt is a file'],
  ])('%s', async (_, argv, message) => {
    const { at, root, model } = await stylizeWorkplace();
    await mkdir(at('empty'));
    await writeFile(at('notes.txt'), 'no picture, no model\n');
    const files = await filesIn(root);
    const inRoot = argv.map((word) => (word.startsWith('--') ? word : at(word)));
    const defaults = [
      ...(argv.includes('--model') ? [] : ['--model', model]),
      ...(argv.includes('--output') ? [] : ['--output', at('out')]),
    ];
    const { code, stdout, stderr } = await runCommandLine('stylize', ...inRoot, ...defaults);
    expect(stderr).toMatch(/^impasto: [^\n]+\n$/);
    expect(stderr.replaceAll(`${root}/`, '')).toContain(message);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(await filesIn(root)).toEqual(files);
  });
});
