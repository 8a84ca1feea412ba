import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { input } from '../../src/graph-builder/ir/value.ts';
import { add } from '../../src/graph-builder/operators/index.ts';
import { pictureSize } from '../../src/image/decode.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { lockFolder } from '../helpers/locked-folder.ts';
import { announcing, paint, plainPicture } from '../helpers/pictures.ts';
import { canMount, mountSmallDisk } from '../helpers/small-disk.ts';
import { anySize, negative, untrainedGraph, writeModel } from '../helpers/style-models.ts';
import { expectNegative, filesIn, first, stylizeWorkplace } from '../helpers/stylize-workplace.ts';

describe('impasto stylize with bad pictures among good ones', () => {
  it('says what is wrong with each, and paints the others', async () => {
    const { at, stylize } = await stylizeWorkplace();
    const whole = await readFile(at('photos', 'first.png'));
    await writeFile(at('photos', 'bomb.jpg'), await announcing(20_000, 20_000));
    await writeFile(at('photos', 'empty.jpg'), '');
    await writeFile(at('photos', 'text.jpg'), 'This is no picture.\n');
    await writeFile(at('photos', 'truncated.png'), whole.subarray(0, 300));
    await mkdir(at('photos', 'nested'));
    await writeFile(at('photos', 'nested', 'header-only.png'), whole.subarray(0, 20));
    const { code, stdout, stderr } = await stylize(at('photos'), '--output', at('out'), '--json');
    expect(code).toBe(1);
    const bad = ['bomb.jpg', 'empty.jpg', 'nested/header-only.png', 'text.jpg', 'truncated.png'];
    const reasons = [
      'at most 200 megapixels in BAD but its header announces 20000×20000 pixels; --max-megapixels 400 admits it',
      'Expected a picture file at BAD but it is empty',
      'picture in BAD but its content is none of these, or cut off',
      'picture in BAD but its content is none of these, or cut off',
      'truncated or damaged',
    ];
    expect(JSON.parse(stdout)).toMatchObject({
      outputs: [at('out', 'album', 'second.png'), at('out', 'first.png')],
      failed: bad.map((name, index) => ({
        input: at('photos', name),
        reason: expect.stringContaining(reasons[index]?.replace('BAD', at('photos', name)) ?? ''),
      })),
    });
    const lines = stderr.trimEnd().split('\n');
    const sentences = lines.slice(-bad.length - 1, -1);
    for (const [index, name] of bad.entries()) expect(sentences[index]).toContain(at('photos', name));
    expect(lines.at(-1)).toBe('impasto: 5 pictures of 7 could not be stylized');
    expect(await filesIn(at('out'))).toEqual(['album/second.png', 'first.png']);
  });

  it('says what is wrong with each input, and paints the others', async () => {
    const { at, root, model, stylize } = await stylizeWorkplace();
    await mkdir(at('twin'));
    await mkdir(at('empty'));
    await copyFile(at('photos', 'album', 'second.png'), at('twin', 'first.png'));
    const inputs = ['photos', 'twin', 'gone.png', 'empty', 'photos/*.gif'].map((name) => at(name));
    const { code, stdout, stderr } = await stylize(...inputs, '--output', at('out'), '--json');
    const short = (text: string) => text.replaceAll(`${root}/`, '');
    expect({ code, ...JSON.parse(short(stdout)) }).toMatchObject({
      code: 1,
      outputs: ['out/album/second.png', 'out/first.png'],
      failed: [
        { input: 'gone.png', reason: expect.stringContaining('pictures at gone.png but there is no such file') },
        { input: 'empty', reason: expect.stringContaining('in empty or its subfolders but found none') },
        { input: 'photos/*.gif', reason: expect.stringContaining('that match photos/*.gif but found none') },
        {
          input: 'twin/first.png',
          reason:
            'Expected inputs of different names but photos/first.png and twin/first.png would both be written to ' +
            'out/first.png; the first is, stylize the other one into another folder',
        },
      ],
    });
    expect(stderr).toMatch(/\nimpasto: 4 pictures of 6 could not be stylized\n$/);
    await expectNegative(at('out', 'first.png'), first);
    // Of several machines one tells it.
    const failures: unknown[] = [];
    for (const part of ['1/3', '2/3', '3/3']) {
      const result = await stylize(...inputs, '--output', at('out'), '--json', '--shard', part);
      // A part of which nothing is left is told in words alone.
      if (result.stdout !== '') failures.push(...JSON.parse(result.stdout).failed);
      else failures.push(...(result.stderr.match(/^(Expected|impasto: Expected)/gm) ?? []));
    }
    expect(failures).toHaveLength(4);
    expect(
      await runCommandLine('stylize', at('gone.png'), at('empty'), '--model', model, '--output', at('new')),
    ).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^Expected [^\n]*\nExpected [^\n]*\nimpasto: 2 pictures of 2 could not be stylized\n$/,
      ),
    });
  });

  it('counts a folder that may not be read as a failure', async () => {
    const { at, root, stylize } = await stylizeWorkplace();
    for (const folder of [root, at('photos')]) await chmod(folder, 0o755);
    await mkdir(at('out'));
    await chmod(at('out'), 0o777);
    await lockFolder(at('photos', 'album'));
    const { code, stderr } = await stylize(at('photos'), '--output', at('out'));
    expect(code).toBe(1);
    expect(stderr).toContain(
      `Expected to look for pictures in the folder ${at('photos', 'album')} but it may not be read (no permission)\n`,
    );
    expect(stderr).toMatch(/\nimpasto: 1 picture of 2 could not be stylized\n$/);
    expect(await filesIn(at('out'))).toEqual(['first.png']);
  });

  it('says the same of all truncated pictures, though several are under way at a time', async () => {
    const { at, stylize } = await stylizeWorkplace();
    const whole = await readFile(join(import.meta.dirname, '../../artifacts/photographs/cat-portrait.jpg'));
    await mkdir(at('cut'));
    for (let number = 0; number < 60; number++) {
      await writeFile(at('cut', `${number}.jpg`), whole.subarray(0, Math.round(whole.length * (0.2 + number / 100))));
    }
    const { stdout } = await stylize(at('cut'), '--output', at('out'), '--json');
    const { failed }: { failed: { input: string; reason: string }[] } = JSON.parse(stdout);
    expect(failed).toHaveLength(60);
    for (const { input, reason } of failed) {
      expect(reason).toBe(
        `Expected a complete picture in ${input} but its pixels cannot be decoded: the file is truncated or damaged`,
      );
    }
  });

  it('tells the first twenty of many', async () => {
    const { at, stylize } = await stylizeWorkplace();
    for (let number = 0; number < 22; number++) await writeFile(at('photos', `${number}.jpg`), '');
    const { code, stderr } = await stylize(at('photos'), '--output', at('out'));
    expect(code).toBe(1);
    expect(stderr.match(/but it is empty\n/g)).toHaveLength(20);
    expect(stderr).toMatch(/\nand 2 more, which --json lists\nimpasto: 22 pictures of 24 could not be stylized\n$/);
  });

  it('takes a picture of more pixels where the limit is raised', async () => {
    const { at, stylize } = await stylizeWorkplace();
    const limited = (megapixels: string) =>
      stylize(at('photos', 'first.png'), '--output', at('out.png'), '--max-megapixels', megapixels);
    const refused = await limited('0.0002');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^impasto: Expected a picture of at most 0\.0002 megapixels in [^\n]*\n$/);
    expect(await limited('0.0003')).toMatchObject({ code: 0 });
    await expectNegative(at('out.png'), first);
  });

  it('paints pictures of one pixel, row or column', async () => {
    const { at, root } = await stylizeWorkplace();
    const model = await writeModel(root, untrainedGraph(), 'untrained.onnx');
    await mkdir(at('narrow'));
    const sizes = [
      [1, 1],
      [2, 3],
      [1, 10_000],
      [10_000, 1],
    ] as const;
    for (const [width, height] of sizes) {
      await encodePicture(plainPicture(width, height, [9, 99, 199]), at('narrow', `${width}-${height}.png`));
    }
    const argv = [
      'stylize',
      at('narrow'),
      '--model',
      model,
      '--output',
      at('out'),
      '--device',
      'cpu',
      '--threads',
      '1',
    ];
    expect(await runCommandLine(...argv)).toMatchObject({ code: 0 });
    for (const [width, height] of sizes) {
      expect(await pictureSize(at('out', `${width}-${height}.png`))).toEqual({ width, height });
    }
  });
});

describe('impasto stylize with what it cannot use', () => {
  it.each<[string, readonly string[], string]>([
    [
      'a pattern without a match',
      ['photos/*.gif'],
      'Expected pictures (jpg, jpeg, png, webp, avif, tif, tiff, gif) that match photos/*.gif',
    ],
    [
      'a model cut in half',
      ['photos', '--model', 'half.onnx'],
      'half.onnx: Expected an ONNX model but received a file that',
    ],
    [
      'an empty model',
      ['photos', '--model', 'empty.onnx'],
      'empty.onnx: Expected an ONNX model but received a file that',
    ],
    [
      'a model of two inputs',
      ['photos', '--model', 'two.onnx'],
      'one float32 input [N, 3, H, W], but two.onnx has 2 inputs (a, b)',
    ],
  ])('%s', async (_, argv, message) => {
    const { at, root, model } = await stylizeWorkplace();
    await writeModel(root, untrainedGraph(), 'whole.onnx');
    const whole = await readFile(at('whole.onnx'));
    await writeFile(at('half.onnx'), whole.subarray(0, whole.length / 2));
    await writeFile(at('empty.onnx'), '');
    const [a, b] = [input('a', 'float32', anySize), input('b', 'float32', anySize)];
    await writeModel(root, { name: 'two', inputs: [a, b], outputs: [{ name: 'sum', value: add(a, b) }] }, 'two.onnx');
    const files = await filesIn(root);
    const inRoot = argv.map((word) => (word.startsWith('--') ? word : at(word)));
    const ours = argv.includes('--model') ? [] : ['--model', model];
    const { code, stdout, stderr } = await runCommandLine('stylize', ...inRoot, ...ours, '--output', at('out'));
    expect(stderr).toMatch(/^impasto: [^\n]+\n$/);
    expect(stderr.replaceAll(`${root}/`, '')).toContain(message);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(await filesIn(root)).toEqual(files);
  });

  it('a mask of other proportions', async () => {
    const { at, root, stylize } = await stylizeWorkplace();
    const files = await filesIn(root);
    const mask = at('photos', 'album', 'second.png');
    const { code, stderr } = await stylize(at('photos', 'first.png'), '--output', at('out.png'), '--mask', mask);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^impasto: [^\n]*first\.png: Expected a mask of [^\n]* 20×15 pixels, but [^\n]*second\.png has 9×30; [^\n]*\n$/,
    );
    expect(await filesIn(root)).toEqual(files);
  });

  it('keeps inputs that are reached through links', async () => {
    const { at, root, stylize } = await stylizeWorkplace();
    await symlink(at('photos'), at('linked'));
    const before = await filesIn(root);
    const { code, stderr } = await stylize(at('photos'), '--output', at('linked'));
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('is an input and would be overwritten'),
    });
    expect(await filesIn(root)).toEqual(before);
    await expectNegative(at('photos', 'first.png'), negative(first));
  });
});

describe.skipIf(!canMount)('impasto stylize on a full disk', () => {
  it('stops with one sentence and leaves nothing half-written', async () => {
    const { at, stylize } = await stylizeWorkplace();
    const noise = paint(60, 60, (x, y) => [(x * 37 + y * 91) % 256, (x * y * 7) % 256, (x * 13 + y * y) % 256]);
    await mkdir(at('many'));
    await encodePicture(noise, at('many', '0.png'));
    for (let number = 1; number < 20; number++) await copyFile(at('many', '0.png'), at('many', `${number}.png`));
    const disk = await mountSmallDisk(160);
    const { code, stdout, stderr } = await stylize(at('many'), '--output', disk);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const files = await filesIn(disk);
    expect(files.length).toBeGreaterThan(0);
    const sentence = `but the disk is full; stopped after ${files.length} of 20 pictures; those are complete, the same command goes on\n`;
    expect(stderr.split('\n').at(-2)).toMatch(
      /^impasto: Expected (to write a picture to|room for uncompressed copies of) /,
    );
    expect(stderr).toContain(sentence);
    for (const file of files) await expectNegative(`${disk}/${file}`, noise);
  });
});
