import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownName } from '../../src/files/writer.node.ts';
import { psnr } from '../../src/image/compare.ts';
import type { Picture } from '../../src/image/picture.ts';
import { type Container, containerOf } from '../../src/video/containers.ts';
import { decodeFrames } from '../../src/video/decode-frames.node.ts';
import { type PaintedVideo, paintVideo, type VideoJob } from '../../src/video/paint-video.node.ts';
import { probeClip } from '../../src/video/probe.node.ts';
import {
  type ClipOptions,
  describeFile,
  ffmpeg,
  frameHashes,
  frameTimes,
  hasFfmpeg,
  makeClip,
  packetsOf,
} from '../helpers/clips.ts';
import { colourAt, plainPicture } from '../helpers/pictures.ts';
import { canMount, fillDisk, mountSmallDisk } from '../helpers/small-disk.ts';
import { negative } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** Paints a clip's negative, without smoothing at the highest quality unless told otherwise. */
async function paintClip(input: string, output: string, options: Partial<VideoJob> = {}): Promise<PaintedVideo> {
  return paintVideo({
    clip: await probeClip(input),
    output,
    container: containerFor(output),
    quality: 100,
    smoothing: 0,
    paint: async (photograph) => negative(photograph),
    paintedWith: 'the negative',
    signal: new AbortController().signal,
    onStart: () => {},
    onFrame: () => {},
    onDamage: () => {},
    ...options,
  });
}

function containerFor(path: string): Container {
  const container = containerOf(path);
  if (!container) throw new Error(`no container for ${path}`);
  return container;
}

async function framesOf(path: string): Promise<readonly Picture[]> {
  const frames: Picture[] = [];
  for await (const { picture } of decodeFrames(await probeClip(path), 0, () => {})) frames.push(picture);
  return frames;
}

/** A clip and its painting, in a folder of their own. */
async function painted(name: string, clip: ClipOptions, options: Partial<VideoJob> = {}, output = 'painted.mp4') {
  const root = await temporaryFolder();
  const [input, result] = [join(root, name), join(root, output)];
  makeClip(input, clip);
  const { frames, isComplete } = await paintClip(input, result, options);
  return { root, input, result, frames, isComplete };
}

/** Compares times from the first frame on: some containers begin with the sound's first packet, which comes before. */
function expectSameTimes(actual: readonly number[], expected: readonly number[], digits = 4): void {
  const fromFirst = (times: readonly number[]) => times.map((time) => time - (times[0] ?? 0));
  expect(actual.length).toBe(expected.length);
  for (const [index, time] of fromFirst(actual).entries())
    expect(time).toBeCloseTo(fromFirst(expected)[index] ?? -1, digits);
}

async function expectNegative(path: string, original: string): Promise<void> {
  const [frames, photographs] = [await framesOf(path), await framesOf(original)];
  expect(frames.length).toBe(photographs.length);
  for (const [index, frame] of frames.entries()) {
    const photograph = photographs[index];
    if (!photograph) throw new Error('a frame is missing');
    expect(psnr(frame, negative(photograph))).toBeGreaterThan(30);
  }
}

/** So many frames, after which the signal stops the work. */
function stopAfter(count: number): Pick<VideoJob, 'signal' | 'onFrame'> {
  const controller = new AbortController();
  let left = count;
  const onFrame = () => {
    left--;
    if (left === 0) controller.abort();
  };
  return { signal: controller.signal, onFrame };
}

describe.skipIf(!hasFfmpeg)('paintVideo', () => {
  it('paints each frame, at its time, with the sound as it was', async () => {
    const { input, result, frames, isComplete, root } = await painted('clip.mp4', { rate: '30000/1001', frames: 15 });
    expect({ frames, isComplete }).toEqual({ frames: 15, isComplete: true });
    await expectNegative(result, input);
    expectSameTimes(frameTimes(result), frameTimes(input));
    expect(packetsOf(result, 'a')).toEqual(packetsOf(input, 'a'));
    expect(describeFile(result)).toMatchObject({
      streams: [
        { codec_name: 'h264', width: 64, height: 48, pix_fmt: 'yuv420p', color_space: 'bt709' },
        { codec_name: 'aac' },
      ],
      format: { tags: { title: 'A title' } },
    });
    expect(describeFile(result).format.duration).toBeCloseTo(describeFile(input).format.duration, 1);
    expect((await readdir(root)).sort()).toEqual(['clip.mp4', 'painted.mp4']);
  });

  it('keeps the times of frames that come at no constant rate, over several segments', async () => {
    // Squares: each frame lasts longer than the one before.
    const clip = { frames: 12, filters: ['settb=1/1000', "setpts='N*N*40'"] };
    const { input, result } = await painted('clip.mkv', clip, {}, 'painted.mkv');
    expectSameTimes(
      frameTimes(input),
      Array.from({ length: 12 }, (_, frame) => frame * frame * 0.04),
    );
    expectSameTimes(frameTimes(result), frameTimes(input));
    await expectNegative(result, input);
  });

  it.each<[string, string, ClipOptions]>([
    ['picture', 'clip.mkv', { filters: ["setpts='PTS+0.32/TB'"] }],
    ['picture', 'clip.ts', { filters: ["setpts='PTS+0.32/TB'", 'format=yuv420p'], codec: ['-c:v', 'mpeg2video'] }],
    ['sound', 'clip.ts', { sound: ['-c:a', 'aac', '-af', 'asetpts=PTS+0.2/TB'], codec: ['-c:v', 'mpeg2video'] }],
  ])('keeps pictures and sound together where the %s begins later in %s', async (_, name, clip) => {
    const { input, result } = await painted(name, { frames: 8, ...clip });
    const lag = (path: string) => (frameTimes(path)[0] ?? 0) - (packetsOf(path, 'a')[0]?.pts_time ?? 0);
    expect(Math.abs(lag(input))).toBeGreaterThan(0.1);
    expect(lag(result)).toBeCloseTo(lag(input), 2);
  });

  it.each(['mp4', 'webm'])('keeps an odd size in .%s', async (extension) => {
    const { input, result } = await painted('clip.mkv', { size: '101x75', frames: 3 }, {}, `painted.${extension}`);
    expect(describeFile(result).streams[0]).toMatchObject({ width: 101, height: 75 });
    await expectNegative(result, input);
  });

  it('writes .webm as VP9 and Opus, at the same times', async () => {
    const { input, result } = await painted('clip.mkv', { frames: 60, size: '32x24' }, {}, 'painted.webm');
    expect(describeFile(result).streams).toMatchObject([{ codec_name: 'vp9' }, { codec_name: 'opus' }]);
    // WebM counts milliseconds.
    expectSameTimes(frameTimes(result), frameTimes(input), 2);
  });

  it('encodes sound that the container does not take', async () => {
    const clip = { frames: 3, sound: ['-c:a', 'pcm_s16le'] };
    const { result } = await painted('clip.mkv', clip);
    expect(describeFile(result).streams[1]).toMatchObject({ codec_name: 'aac' });
    const kept = await painted('clip.mkv', clip, {}, 'painted.mov');
    expect(packetsOf(kept.result, 'a')).not.toEqual([]);
    expect(describeFile(kept.result).streams[1]).toMatchObject({ codec_name: 'pcm_s16le' });
  });

  it('keeps subtitles of text, and chapters', async () => {
    const root = await temporaryFolder();
    const at = (name: string) => join(root, name);
    await writeFile(at('text.srt'), '1\n00:00:00,000 --> 00:00:00,400\nHear me\n');
    makeClip(at('bare.mkv'));
    const chapter = (start: number, title: string) =>
      `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${start}\nEND=${start + 200}\ntitle=${title}\n`;
    await writeFile(at('chapters.txt'), `;FFMETADATA1\n${chapter(0, 'One')}${chapter(200, 'Two')}`);
    const inputs = ['bare.mkv', 'text.srt', 'chapters.txt'].flatMap((name) => ['-i', at(name)]);
    ffmpeg(...inputs, '-map', '0', '-map', '1', '-map_chapters', '2', '-c', 'copy', at('clip.mkv'));
    for (const [name, codec] of [
      ['painted.mp4', 'mov_text'],
      ['painted.mkv', 'subrip'],
    ] as const) {
      await paintClip(at('clip.mkv'), at(name));
      const { streams, chapters } = describeFile(at(name));
      expect(streams[2]).toMatchObject({ codec_type: 'subtitle', codec_name: codec });
      expect(chapters).toMatchObject([
        { start_time: 0, tags: { title: 'One' } },
        { start_time: 0.2, tags: { title: 'Two' } },
      ]);
    }
  });

  it('paints a clip without sound, upright and with its pixel aspect', async () => {
    const root = await temporaryFolder();
    const at = (name: string) => join(root, name);
    makeClip(at('wide.mp4'), { frames: 3, filters: ['setsar=4/3'], sound: ['-an'] });
    await paintClip(at('wide.mp4'), at('painted.mp4'));
    expect(describeFile(at('painted.mp4')).streams).toMatchObject([
      { width: 64, height: 48, sample_aspect_ratio: '4:3' },
    ]);
    ffmpeg('-i', at('wide.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90', at('turned.mp4'));
    await paintClip(at('turned.mp4'), at('upright.mp4'));
    expect(describeFile(at('upright.mp4')).streams).toMatchObject([
      { width: 48, height: 64, sample_aspect_ratio: '3:4' },
    ]);
    await expectNegative(at('upright.mp4'), at('turned.mp4'));
  });

  it('goes on after the last whole segment and ends with the same frames as without the stop', async () => {
    const options = { smoothing: 0.6, paint: flickering };
    const clip = { rate: '10', frames: 50 };
    const { input, result, root } = await painted('clip.mp4', clip, options);
    const resumed = join(root, 'resumed.mp4');
    expect(await paintClip(input, resumed, { ...options, ...stopAfter(27) })).toEqual({
      frames: 20,
      isComplete: false,
    });
    expect(existsSync(resumed)).toBe(false);
    // Left over from a process that was killed while it wrote.
    await appendFile(join(root, '.resumed.mp4.partial', 'unfinished.nut'), 'half a segm');
    const begun: number[] = [];
    const onStart = (frames: number) => begun.push(frames);
    expect(await paintClip(input, resumed, { ...options, onStart })).toEqual({ frames: 50, isComplete: true });
    expect(begun).toEqual([20]);
    expect(frameHashes(resumed)).toEqual(frameHashes(result));
    expect(frameTimes(resumed)).toEqual(frameTimes(result));
    expect((await readdir(root)).sort()).toEqual(['clip.mp4', 'painted.mp4', 'resumed.mp4']);
  });

  it('writes a clip whose segments are all painted', async () => {
    const root = await temporaryFolder();
    const [input, output] = [join(root, 'clip.mp4'), join(root, 'painted.mp4')];
    makeClip(input, { rate: '5', frames: 20 });
    expect(await paintClip(input, output, stopAfter(20))).toEqual({ frames: 20, isComplete: false });
    expect(await paintClip(input, output)).toEqual({ frames: 20, isComplete: true });
    expectSameTimes(frameTimes(output), frameTimes(input));
  });

  it('leaves nothing behind where there is nothing to keep', async () => {
    const root = await temporaryFolder();
    makeClip(join(root, 'clip.mkv'));
    const [input, output] = [join(root, 'clip.mkv'), join(root, 'painted.mp4')];
    expect(await paintClip(input, output, stopAfter(1))).toEqual({ frames: 0, isComplete: false });
    const paint = () => Promise.reject(new Error('The model failed'));
    await expect(paintClip(input, output, { paint })).rejects.toThrow(/^The model failed$/);
    expect(await readdir(root)).toEqual(['clip.mkv']);
  });

  it('takes names of any characters', async () => {
    const { result } = await painted("- it's 50% #1: a?b.mp4", { frames: 2 }, {}, "- it's 50% #2: a?b.mp4");
    expect(frameTimes(result).length).toBe(2);
  });

  it('smooths across the borders of segments', async () => {
    let count = 0;
    const paint = async ({ width, height }: Picture) => {
      count++;
      return plainPicture(width, height, count % 2 === 0 ? [60, 60, 60] : [180, 180, 180]);
    };
    const still = { rate: '10', frames: 24, filters: ['loop=loop=-1:size=1', 'trim=end_frame=24'] };
    const { result } = await painted('clip.mp4', still, { smoothing: 0.9, paint });
    const levels = (await framesOf(result)).map((frame) => colourAt(frame, 30, 20)[0]);
    expect(levels.length).toBe(24);
    // The segments' border is before frame 20. Without smoothing each step is of 120 levels.
    for (let frame = 1; frame < 24; frame++) {
      expect(Math.abs((levels[frame] ?? 255) - (levels[frame - 1] ?? 0))).toBeLessThan(20);
    }
  });

  it('begins again with other settings, another clip or without its record', async () => {
    const root = await temporaryFolder();
    const [input, output] = [join(root, 'clip.mp4'), join(root, 'painted.mp4')];
    makeClip(input, { rate: '5', frames: 25, size: '32x24' });
    let begun: number | undefined;
    const onStart = (frames: number) => {
      begun = frames;
    };
    const start = async (changed: Partial<VideoJob> = {}) => {
      await paintClip(input, output, { ...stopAfter(13), onStart, ...changed });
      return begun;
    };
    expect([await start(), await start(stopAfter(1))]).toEqual([0, 10]);
    expect(await start({ paintedWith: 'another style' })).toBe(0);
    expect(await start({ quality: 99 })).toBe(0);
    expect(await start({ smoothing: 0.5 })).toBe(0);
    expect([await start(), await start(stopAfter(1))]).toEqual([0, 10]);
    await utimes(input, new Date(), new Date(2020, 1, 1));
    expect(await start()).toBe(0);
    await writeFile(join(root, '.painted.mp4.partial', 'record.json'), '{"settings":');
    expect(await start()).toBe(0);
    await rm(join(root, '.painted.mp4.partial', '00000.nut'));
    expect(await start()).toBe(0);
  });

  it('paints what can be read of a clip that is cut off, and says so', async () => {
    const root = await temporaryFolder();
    const [input, output] = [join(root, 'clip.mkv'), join(root, 'painted.mkv')];
    makeClip(join(root, 'whole.mkv'), { frames: 50, size: '160x120' });
    const bytes = await readFile(join(root, 'whole.mkv'));
    await writeFile(input, bytes.subarray(0, bytes.length / 2));
    const damage: string[] = [];
    const { frames, isComplete } = await paintClip(input, output, { onDamage: (reason) => damage.push(reason) });
    expect(isComplete).toBe(true);
    expect(frames).toBeGreaterThan(5);
    expect(frames).toBeLessThan(50);
    expect(damage.length).toBe(1);
  });

  it('tells of frames that are missing where ffmpeg finds nothing wrong', async () => {
    const root = await temporaryFolder();
    makeClip(join(root, 'clip.mkv'), { frames: 10 });
    const clip = { ...(await probeClip(join(root, 'clip.mkv'))), announcedFrames: 20 };
    const damage: string[] = [];
    const options = { clip, onDamage: (reason: string) => damage.push(reason) };
    await paintClip(join(root, 'clip.mkv'), join(root, 'painted.mkv'), options);
    expect(damage).toEqual(['it ends after 10 of 20 frames']);
  });

  it('is left to the process that is at it', async () => {
    const root = await temporaryFolder();
    const [input, output] = [join(root, 'clip.mp4'), join(root, 'painted.mp4')];
    makeClip(input, { rate: '5', frames: 20 });
    await paintClip(input, output, stopAfter(12));
    const painter = join(root, '.painted.mp4.partial', 'painter');
    expect(existsSync(painter)).toBe(false);
    await writeFile(painter, ownName.replace(String(process.pid), String(process.ppid)));
    await expect(paintClip(input, output)).rejects.toThrow(
      `Expected to paint ${output} alone but another process is at it; wait until it is done, or remove ${painter} if there is none`,
    );
    // One that was killed before.
    await writeFile(painter, ownName.replace(String(process.pid), '4194305'));
    const begun: number[] = [];
    const onStart = (frames: number) => begun.push(frames);
    expect(await paintClip(input, output, { onStart })).toEqual({ frames: 20, isComplete: true });
    expect(begun).toEqual([10]);
  });

  it.skipIf(!canMount)('says that the disk is full, and goes on when it is not', async () => {
    const disk = await mountSmallDisk(400);
    const root = await temporaryFolder();
    const [input, output] = [join(root, 'clip.mkv'), join(disk, 'painted.mkv')];
    makeClip(input, { rate: '10', frames: 50, size: '160x120' });
    let frames = 0;
    const onFrame = () => {
      frames++;
      if (frames === 25) fillDisk(join(disk, 'ballast'));
    };
    await expect(paintClip(input, output, { onFrame })).rejects.toThrow(
      `The disk of ${output} is full; 20 frames are painted, the same command goes on with them`,
    );
    await writeFile(join(disk, 'ballast'), '');
    expect(await paintClip(input, output)).toEqual({ frames: 50, isComplete: true });
  });
});

/** A style that flickers. By what it is given alone: a run that goes on must paint as one that was not stopped. */
async function flickering({ width, height, data }: Picture): Promise<Picture> {
  const brightness = data.reduce((sum, value, index) => (sum + value * ((index % 7) + 1)) % 40, 0);
  return { width, height, data: data.map((value) => 215 - (value >> 1) + brightness) };
}
