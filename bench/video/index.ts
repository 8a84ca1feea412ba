import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samplePhotographsFolder } from '../../src/cli/sample-photographs.ts';
import type { Picture, PictureSize } from '../../src/image/picture.ts';
import { loadStylizer } from '../../src/infer/index.node.ts';
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
 * taken out once as it is found in the photographs, once as it was made. `error` is the mean difference to what the network
 * makes of the clip without noise: it falls as long as smoothing takes out more than it blurs.
 */
export async function benchVideo({ model = 'mosaic', threads }: VideoOptions): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'impasto-bench-'));
  const { stylizer, device } = await loadStylizer(await resolveModel(model), { device: 'auto', threads });
  try {
    const clips: (MeasuredClip & { readonly photograph: string })[] = [];
    for (const name of photographs) {
      const photograph = join(samplePhotographsFolder, `${name}.jpg`);
      const [noisy, clean] = [join(folder, `${name}.mkv`), join(folder, `${name}-clean.mkv`)];
      await makePan(photograph, noise, noisy);
      await makePan(photograph, 0, clean);
      clips.push({ photograph: name, ...(await measureClip(noisy, clean, stylizer)) });
    }
    const results = strengths.map((smoothing, index) => ({
      smoothing,
      flickerToNone: median(clips.map(({ smoothed }) => ratioToFirst(smoothed, index, ({ flicker }) => flicker))),
      flickerOfTrueMotionToNone: median(
        clips.map(({ smoothed }) => ratioToFirst(smoothed, index, ({ flickerOfTrueMotion }) => flickerOfTrueMotion)),
      ),
      errorToNone: median(clips.map(({ smoothed }) => ratioToFirst(smoothed, index, ({ error }) => error))),
    }));
    return { bench: 'video', ...{ model, device, threads, ...size, frames, pan, noise }, clips, results };
  } finally {
    await stylizer.release();
    await rm(folder, { recursive: true, force: true });
  }
}

async function makePan(photograph: string, noiseStrength: number, clip: string): Promise<void> {
  const width = size.width + pan * frames;
  const filters = [
    `scale=${width}:${size.height}:force_original_aspect_ratio=increase`,
    `crop=${size.width}:${size.height}:x=${pan}*n:y=0`,
    `noise=alls=${noiseStrength}:allf=t`,
  ];
  const input = ['-y', '-nostdin', '-loop', '1', '-i', photograph, '-frames:v', String(frames)];
  const options = [...input, '-vf', filters.join(','), '-c:v', 'ffv1', '-pix_fmt', 'gbrp', clip];
  await startFfmpeg('ffmpeg', options, ['ignore', 'ignore', 'pipe']).ended;
}

interface Measured {
  readonly smoothing: number;
  readonly flicker: number;
  readonly flickerOfTrueMotion: number;
  readonly error: number;
}

interface MeasuredClip {
  /** What the noise alone makes. */
  readonly flickerOfPhotographs: number;
  readonly smoothed: readonly Measured[];
  readonly secondsPerFrame: { readonly painting: number; readonly smoothing: number };
}

async function measureClip(noisy: string, clean: string, stylizer: Stylizer): Promise<MeasuredClip> {
  const smoothers = strengths.map((strength) => new TemporalSmoothing(strength));
  const sums = strengths.map(() => ({ flicker: 0, flickerOfTrueMotion: 0, error: 0 }));
  const seconds = { painting: 0, smoothing: 0 };
  let flickerOfPhotographs = 0;
  let past: { photograph: Picture; painted: readonly Picture[] } | undefined;
  const cleanFrames = framesOf(clean);
  for await (const photograph of framesOf(noisy)) {
    const began = performance.now();
    const stylized = await stylizer.stylize(photograph);
    const painted: Picture[] = [];
    seconds.painting += (performance.now() - began) / 1000;
    for (const [index, smoother] of smoothers.entries()) {
      const start = performance.now();
      painted.push(await smoother.next(photograph, Promise.resolve(stylized)));
      if (index === smoothers.length - 1) seconds.smoothing += (performance.now() - start) / 1000;
    }
    const ideal = await stylizer.stylize((await cleanFrames.next()).value ?? photograph);
    if (past) {
      const found = findMotion(reduceFrame(past.photograph), reduceFrame(photograph));
      flickerOfPhotographs += flickerBetween(past.photograph, photograph, trueMotion);
      for (const [index, sum] of sums.entries()) {
        const [before, now] = [past.painted[index], painted[index]];
        if (!before || !now) continue;
        sum.flicker += flickerBetween(before, now, found);
        sum.flickerOfTrueMotion += flickerBetween(before, now, trueMotion);
        sum.error += meanDifference(now, ideal);
      }
    }
    past = { photograph, painted };
  }
  const pairs = frames - 1;
  const smoothed = strengths.map((smoothing, index): Measured => {
    const { flicker = 0, flickerOfTrueMotion = 0, error = 0 } = sums[index] ?? {};
    return {
      smoothing,
      flicker: flicker / pairs,
      flickerOfTrueMotion: flickerOfTrueMotion / pairs,
      error: error / pairs,
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

async function* framesOf(path: string): AsyncGenerator<Picture, void, void> {
  for await (const { picture } of decodeFrames(await probeClip(path), 0, () => {})) yield picture;
}

function meanDifference(a: Picture, b: Picture): number {
  return a.data.reduce((sum, value, index) => sum + Math.abs(value - (b.data[index] ?? 0)), 0) / a.data.length;
}

function ratioToFirst(measured: readonly Measured[], index: number, figure: (measured: Measured) => number): number {
  const [first, other] = [measured[0], measured[index]];
  return first && other ? figure(other) / figure(first) : Number.NaN;
}
