import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samplePhotographsFolder } from '../../src/dataset/sample-photographs.node.ts';
import { CHANNELS, type Picture, type PictureSize } from '../../src/image/picture.ts';
import { loadStylizer } from '../../src/infer/open-stylizer.node.ts';
import { resolveModel } from '../../src/infer/shipped-styles.node.ts';
import type { Stylizer } from '../../src/infer/stylizer.ts';
import { decodeFrames } from '../../src/video/decode-frames.node.ts';
import { startFfmpeg } from '../../src/video/ffmpeg.node.ts';
import { flickerBetween } from '../../src/video/flicker.ts';
import { findMotion, type Motion } from '../../src/video/motion.ts';
import { probeClip } from '../../src/video/probe.node.ts';
import { reduceFrame } from '../../src/video/reduced-frame.ts';
import { TemporalSmoothing } from '../../src/video/temporal-smoothing.ts';
import { median } from '../measure.ts';

export interface VideoOptions {
  /** A style's name or file. */
  readonly model?: string | undefined;
  readonly threads: number;
}

const photographs = ['castle-mirrored-in-a-lake', 'panda', 'city-by-the-water-at-dusk'] as const;
const strengths = [0, 0.3, 0.6, 0.8] as const;
const size: PictureSize = { width: 480, height: 270 };
const frames = 24;
/** Pixels a frame, to the right. */
const pan = 2;
/** Of ffmpeg's noise filter, in levels. */
const noise = 4;

/**
 * Flicker of painted clips without smoothing and with it: slow pans over photographs, with a sensor's noise. The motion is
 * taken out once as it is found in the photographs, once as it was made. `detail` is the mean difference of pixels side by
 * side: it falls with the flickering texture that is averaged, and with what is blurred.
 */
export async function benchVideo({ model = 'mosaic', threads }: VideoOptions): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'impasto-bench-'));
  const { stylizer, device } = await loadStylizer(await resolveModel(model), { device: 'auto', threads });
  try {
    const clips: (MeasuredClip & { readonly photograph: string })[] = [];
    for (const name of photographs) {
      const photograph = join(samplePhotographsFolder, `${name}.jpg`);
      const clip = join(folder, `${name}.mkv`);
      await makePan(photograph, clip);
      clips.push({ photograph: name, ...(await measureClip(clip, stylizer)) });
    }
    const results = strengths.map((smoothing, index) => ({
      smoothing,
      flickerToNone: median(clips.map(({ smoothed }) => ratioToFirst(smoothed, index, ({ flicker }) => flicker))),
      flickerOfTrueMotionToNone: median(
        clips.map(({ smoothed }) => ratioToFirst(smoothed, index, ({ flickerOfTrueMotion }) => flickerOfTrueMotion)),
      ),
      detailToNone: median(clips.map(({ smoothed }) => ratioToFirst(smoothed, index, ({ detail }) => detail))),
    }));
    return { bench: 'video', ...{ model, device, threads, ...size, frames, pan, noise }, clips, results };
  } finally {
    await stylizer.release();
    await rm(folder, { recursive: true, force: true });
  }
}

async function makePan(photograph: string, clip: string): Promise<void> {
  const width = size.width + pan * frames;
  const filters = [
    `scale=${width}:${size.height}:force_original_aspect_ratio=increase`,
    `crop=${size.width}:${size.height}:x=${pan}*n:y=0`,
    `noise=alls=${noise}:allf=t`,
  ];
  const input = ['-y', '-nostdin', '-loop', '1', '-i', photograph, '-frames:v', String(frames)];
  const options = [...input, '-vf', filters.join(','), '-c:v', 'ffv1', '-pix_fmt', 'gbrp', clip];
  await startFfmpeg('ffmpeg', options, { stdio: ['ignore', 'ignore', 'pipe'] }).ended;
}

interface Measured {
  readonly smoothing: number;
  readonly flicker: number;
  readonly flickerOfTrueMotion: number;
  readonly detail: number;
}

interface MeasuredClip {
  /** What the noise alone makes. */
  readonly flickerOfPhotographs: number;
  readonly smoothed: readonly Measured[];
  readonly secondsPerFrame: { readonly painting: number; readonly smoothing: number };
}

async function measureClip(path: string, stylizer: Stylizer): Promise<MeasuredClip> {
  const smoothers = strengths.map((strength) => new TemporalSmoothing(strength));
  const sums = strengths.map(() => ({ flicker: 0, flickerOfTrueMotion: 0, detail: 0 }));
  const seconds = { painting: 0, smoothing: 0 };
  let flickerOfPhotographs = 0;
  let past: { photograph: Picture; painted: readonly Picture[] } | undefined;
  for await (const { picture: photograph } of decodeFrames(await probeClip(path), 0, () => {})) {
    const began = performance.now();
    const stylized = await stylizer.stylize(photograph);
    const painted: Picture[] = [];
    seconds.painting += (performance.now() - began) / 1000;
    for (const [index, smoother] of smoothers.entries()) {
      const start = performance.now();
      painted.push(await smoother.next(photograph, Promise.resolve(stylized)));
      if (index === smoothers.length - 1) seconds.smoothing += (performance.now() - start) / 1000;
    }
    if (past) {
      const found = findMotion(reduceFrame(past.photograph), reduceFrame(photograph));
      flickerOfPhotographs += flickerBetween(past.photograph, photograph, trueMotion);
      for (const [index, sum] of sums.entries()) {
        const [before, now] = [past.painted[index], painted[index]];
        if (!before || !now) continue;
        sum.flicker += flickerBetween(before, now, found);
        sum.flickerOfTrueMotion += flickerBetween(before, now, trueMotion);
        sum.detail += detailOf(now);
      }
    }
    past = { photograph, painted };
  }
  const pairs = frames - 1;
  const smoothed = strengths.map((smoothing, index): Measured => {
    const { flicker = 0, flickerOfTrueMotion = 0, detail = 0 } = sums[index] ?? {};
    return {
      smoothing,
      flicker: flicker / pairs,
      flickerOfTrueMotion: flickerOfTrueMotion / pairs,
      detail: detail / pairs,
    };
  });
  return {
    flickerOfPhotographs: flickerOfPhotographs / pairs,
    smoothed,
    secondsPerFrame: { painting: seconds.painting / frames, smoothing: seconds.smoothing / frames },
  };
}

/** The motion that makePan makes; what was outside of the frame before does not count. */
const trueMotion: Motion = {
  factor: 1,
  flow: {
    ...size,
    right: new Float32Array(size.width * size.height).fill(pan),
    down: new Float32Array(size.width * size.height),
  },
  agreement: Float32Array.from({ length: size.width * size.height }, (_, pixel) =>
    (pixel % size.width) + pan < size.width ? 1 : 0,
  ),
};

function detailOf({ width, height, data }: Picture): number {
  let sum = 0;
  for (let start = 0; start < data.length; start += CHANNELS) {
    if ((start / CHANNELS) % width === width - 1) continue;
    for (let channel = start; channel < start + CHANNELS; channel++) {
      sum += Math.abs((data[channel] ?? 0) - (data[channel + CHANNELS] ?? 0));
    }
  }
  return sum / (CHANNELS * (width - 1) * height);
}

function ratioToFirst(measured: readonly Measured[], index: number, figure: (measured: Measured) => number): number {
  const [first, other] = [measured[0], measured[index]];
  return first && other ? figure(other) / figure(first) : Number.NaN;
}
