import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePicture } from '../../src/image/encode.node.ts';
import { describeFile, ffmpeg, frameHashes, hasFfmpeg, makeClip, packetsOf } from '../helpers/clips.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { smoothPicture } from '../helpers/pictures.ts';
import { spawnCommand } from '../helpers/spawn-command.ts';
import { negativeGraph, writeModel } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** A folder with model.onnx (the negative). */
async function workplace() {
  const root = await temporaryFolder();
  const at = (...parts: readonly string[]) => join(root, ...parts);
  const model = await writeModel(root, negativeGraph());
  const commandLine = (...argv: readonly string[]) => [
    ...['stylize', ...argv, '--model', model, '--device', 'cpu', '--threads', '1'],
  ];
  const stylize = (...argv: readonly string[]) => runCommandLine(...commandLine(...argv));
  return { root, at, model, commandLine, stylize };
}

/** How many segments of an output are painted. */
async function segmentsOf(partial: string): Promise<number> {
  const record = await readFile(join(partial, 'record.json'), 'utf8').catch(() => '{"segments":[]}');
  return JSON.parse(record).segments.length;
}

describe.skipIf(!hasFfmpeg)('impasto stylize with a video', () => {
  let clips: string;
  const shortClip = () => join(clips, 'short.mp4');
  const soundAlone = () => join(clips, 'sound.mp4');
  beforeAll(async () => {
    clips = await mkdtemp(join(tmpdir(), 'impasto-test-'));
    makeClip(shortClip(), { frames: 3 });
    ffmpeg('-f', 'lavfi', '-i', 'sine', '-t', '0.1', soundAlone());
  });
  afterAll(() => rm(clips, { recursive: true, force: true }));

  it('paints it and reports what was written', async () => {
    const { at, model, stylize } = await workplace();
    makeClip(at('clip.mkv'), { frames: 7 });
    const { code, stdout, stderr } = await stylize(at('clip.mkv'), '--output', at('new', 'painted.mp4'), '--json');
    expect({ code, result: JSON.parse(stdout) }).toEqual({
      code: 0,
      result: {
        ...{ outputs: [at('new', 'painted.mp4')], failed: [] },
        ...{ frames: 7, width: 64, height: 48, model, device: 'cpu' },
      },
    });
    expect(stderr).toContain('7/7 frames');
    expect(await readdir(at('new'))).toEqual(['painted.mp4']);
    expect(packetsOf(at('new', 'painted.mp4'), 'v').length).toBe(7);
  });

  it('writes into a folder under its name, in a container that is written', async () => {
    const { at, stylize } = await workplace();
    makeClip(at('clip.avi'), { frames: 2, codec: ['-c:v', 'mpeg4'], sound: ['-c:a', 'mp3'] });
    makeClip(at('clip.mov'), { frames: 2 });
    for (const name of ['clip.avi', 'clip.mov']) {
      expect(await stylize(at(name), '--output', at('out'))).toMatchObject({ code: 0 });
    }
    expect((await readdir(at('out'))).sort()).toEqual(['clip.mov', 'clip.mp4']);
    expect(describeFile(at('out', 'clip.mp4')).streams).toMatchObject([{ codec_name: 'h264' }, { codec_name: 'mp3' }]);
  });

  it('makes smaller files of lower quality', async () => {
    const { at, stylize } = await workplace();
    makeClip(at('clip.mp4'), { frames: 4 });
    await stylize(at('clip.mp4'), '--output', at('fine.mp4'), '--quality', '95');
    await stylize(at('clip.mp4'), '--output', at('coarse.mp4'), '--quality', '20');
    const [fine, coarse] = await Promise.all([readFile(at('fine.mp4')), readFile(at('coarse.mp4'))]);
    expect(fine.length).toBeGreaterThan(coarse.length);
  });

  it('stops after the frame under way, and the same command goes on; so it does when it was killed', async () => {
    const { at, commandLine, stylize } = await workplace();
    makeClip(at('clip.mp4'), { rate: '5', frames: 50, size: '96x64' });
    const partial = at('.painted.mp4.partial');
    const argv = commandLine(at('clip.mp4'), '--output', at('painted.mp4'));

    const interrupted = spawnCommand(argv);
    while ((await segmentsOf(partial)) < 1) await setTimeout(20);
    interrupted.process.kill('SIGINT');
    const { code, stderr } = await interrupted.result;
    const first = await segmentsOf(partial);
    expect(code).toBe(130);
    expect(stderr).toContain(
      `impasto: stopped with ${10 * first} frames painted and kept; the same command goes on from there\n`,
    );

    const killed = spawnCommand(argv);
    while ((await segmentsOf(partial)) === first) await setTimeout(20);
    killed.process.kill('SIGKILL');
    await expect(killed.result).rejects.toThrow('SIGKILL');
    expect(existsSync(at('painted.mp4'))).toBe(false);

    const { code: resumed, stdout } = await stylize(at('clip.mp4'), '--output', at('painted.mp4'), '--json');
    expect({ resumed, frames: JSON.parse(stdout).frames }).toEqual({ resumed: 0, frames: 50 });
    await stylize(at('clip.mp4'), '--output', at('at-once.mp4'));
    expect(frameHashes(at('painted.mp4'))).toEqual(frameHashes(at('at-once.mp4')));
    expect((await readdir(at())).sort()).toEqual(['at-once.mp4', 'clip.mp4', 'model.onnx', 'painted.mp4']);
  });

  it.each<[string, readonly string[], number, string]>([
    ['a missing file', ['gone.mp4'], 1, 'Expected a video file at gone.mp4 but there is no such file'],
    ['a text file', ['notes.mp4'], 1, 'Expected a video in notes.mp4 but it is none, or damaged (Invalid data'],
    ['a file cut off before its index', ['cut.mp4'], 1, 'Expected a video in cut.mp4 but it is none, or damaged'],
    ['sound alone', ['sound.mp4'], 1, 'Expected a video with moving pictures in sound.mp4 but its tracks are: audio'],
    [
      'a container that is not written',
      ['clip.mp4', '--output', 'out.avi'],
      2,
      'ending in .mp4, .mov, .mkv, .webm, but',
    ],
    ['a picture to write', ['clip.mp4', '--output', 'out.png'], 2, "Expected a video's name for --output"],
    ['two videos', ['clip.mp4', 'cut.mp4'], 2, 'Expected one video at a time, and no pictures with it, but received 2'],
    ['a video and a picture', ['clip.mp4', 'photo.png'], 2, 'Expected one video at a time'],
    ['itself as output', ['clip.mp4', '--output', 'clip.mp4'], 2, 'clip.mp4 is the input and would be overwritten'],
    ['too much smoothing', ['clip.mp4', '--smoothing', '1'], 2, 'Expected a number from 0 to 0.8 for --smoothing'],
    ['a missing model', ['clip.mp4', '--model', 'gone.onnx'], 1, 'Expected a model file (.onnx) at gone.onnx'],
    ['a model of another size', ['clip.mp4', '--model', 'fixed.onnx'], 1, 'Expected a video of 32×32 pixels'],
  ])('says what is wrong with %s', async (_, argv, expectedCode, message) => {
    const { at, root, model } = await workplace();
    await writeModel(root, negativeGraph([1, 3, 32, 32]), 'fixed.onnx');
    await copyFile(shortClip(), at('clip.mp4'));
    await writeFile(at('notes.mp4'), 'no video\n');
    await writeFile(at('cut.mp4'), (await readFile(at('clip.mp4'))).subarray(0, 500));
    await encodePicture(smoothPicture(8, 8), at('photo.png'));
    await copyFile(soundAlone(), at('sound.mp4'));
    const files = (await readdir(root)).sort();
    const words = argv.map((word) => (/\.\w+$/.test(word) && !/^[\d-]/.test(word) ? at(word) : word));
    const defaults = [
      ...(argv.includes('--model') ? [] : ['--model', model]),
      ...(argv.includes('--output') ? [] : ['--output', at('out.mp4')]),
    ];
    const { code, stdout, stderr } = await runCommandLine('stylize', ...words, ...defaults, '--device', 'cpu');
    expect(stderr).toMatch(/^impasto: [^\n]+\n$/);
    expect(stderr.replaceAll(`${root}/`, '')).toContain(message);
    expect({ code, stdout }).toEqual({ code: expectedCode, stdout: '' });
    expect((await readdir(root)).sort()).toEqual(files);
  });
});

describe('impasto stylize with a video and no ffmpeg', () => {
  it('says so in one sentence, and how to get it', async () => {
    const { at, commandLine } = await workplace();
    await writeFile(at('clip.mp4'), 'not looked at');
    await mkdir(at('empty'));
    const argv = commandLine(at('clip.mp4'), '--output', at('painted.mp4'));
    const { code, stderr } = await spawnCommand(argv, { PATH: at('empty') }).result;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'impasto: Expected ffprobe, with which impasto reads and writes videos, but it is not installed: install ffmpeg ' +
        '(apt-get install ffmpeg, brew install ffmpeg, winget install ffmpeg), then try again\n',
    });
  });
});
