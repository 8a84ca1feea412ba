import { createHash } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';
import { isFolder, makeFolder, requireWritableFolder } from '../../files/make-folder.node.ts';
import { isSameFile } from '../../files/same-file.node.ts';
import { createStylizer } from '../../infer/index.node.ts';
import type { Stylizer } from '../../infer/stylizer.ts';
import type { PaintOptions } from '../../infer/tiles/painter.ts';
import { type Container, containerOf, writtenExtensions } from '../../video/containers.ts';
import { type PaintedVideo, paintVideo, type VideoJob } from '../../video/paint-video.node.ts';
import { type Clip, probeClip } from '../../video/probe.node.ts';
import { InterruptedError, UsageError } from '../shared/exit.ts';
import { stopOnInterrupt } from '../shared/interrupt.ts';
import { report } from '../shared/options.ts';
import { readRequestedModel, withNamedStyle } from '../shared/requested-model.ts';
import type { StylizeArguments } from './run.ts';
import { VideoProgress } from './video-progress.ts';

/** The flags of `impasto stylize` that concern a video. */
export interface StylizeVideoArguments extends StylizeArguments {
  readonly smoothing: number;
}

/** No loss to be seen. */
const defaultQuality = 90;

const writtenNames = writtenExtensions.map((extension) => `.${extension}`).join(', ');

/** Stylizes one video, with progress on stderr, and reports what was written. */
export async function runStylizeVideo(given: StylizeVideoArguments, json: boolean): Promise<void> {
  const flags = await withNamedStyle(given);
  requireVideoOptions(flags);
  const input = onlyInput(flags.input);
  const output = await fileToWrite(input, flags.output);
  const container = requireContainer(output);
  await requireKept('the input', input, output);
  if (flags.style !== undefined) await requireKept('the painting', flags.style, output);
  const clip = await probeClip(input);
  await requireWritableFolder(dirname(output));
  const { bytes: model, name } = await readRequestedModel(flags);
  const stylizer = await createStylizer(model, { name, device: flags.device, threads: flags.threads });
  let painted: PaintedVideo;
  try {
    requireFittingSize(stylizer, clip);
    await makeFolder(dirname(output));
    const options = paintOptions(flags);
    const paintedWith = createHash('sha256').update(model).update(JSON.stringify(options)).digest('hex');
    painted = await paint(
      { clip, output, container, paintedWith, paint: (photograph) => stylizer.stylize(photograph, options) },
      flags,
    );
  } finally {
    await stylizer.release();
  }
  const { frames } = painted;
  if (!painted.isComplete) {
    throw new InterruptedError(`stopped with ${frames} frames painted and kept; the same command goes on from there`);
  }
  report(
    { outputs: [output], failed: [], frames, ...clip.size, model: flags.model ?? name, device: stylizer.device },
    `${output} is painted`,
    json,
  );
}

async function paint(
  job: Pick<VideoJob, 'clip' | 'output' | 'container' | 'paintedWith' | 'paint'>,
  { quality = defaultQuality, smoothing }: StylizeVideoArguments,
): Promise<PaintedVideo> {
  const interruption = stopOnInterrupt('Stopping after this frame; press Ctrl-C again to stop at once.');
  const progress = new VideoProgress();
  let painted: PaintedVideo | undefined;
  try {
    painted = await paintVideo({
      ...{ ...job, quality, smoothing },
      signal: interruption.signal,
      onStart: (frames) => progress.start(job.clip.expectedFrames, frames),
      onFrame: () => progress.frame(),
      onDamage: (reason) => progress.warn(`${job.clip.path} is damaged (${reason}); what can be read of it is painted`),
    });
    return painted;
  } finally {
    progress.end(painted?.isComplete ? painted.frames : undefined);
    interruption.dispose();
  }
}

/** Options of pictures that a video has no use for, by their names on the command line. */
function requireVideoOptions({ mask, maxSize, strokeSize, keepMetadata, shard }: StylizeVideoArguments): void {
  const given = {
    mask,
    'max-size': maxSize,
    'stroke-size': strokeSize,
    'keep-metadata': keepMetadata || undefined,
    shard,
  };
  const [wrong] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (wrong !== undefined) throw new UsageError(`Expected pictures for --${wrong} but received a video; leave it out`);
}

function paintOptions({ tile, strength, keepColors }: StylizeVideoArguments): PaintOptions {
  return { tile, strength, keepColors };
}

function onlyInput(inputs: readonly string[]): string {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    throw new UsageError(`Expected one video at a time, and no pictures with it, but received ${inputs.length} inputs`);
  }
  return input;
}

/** The file to write: `output` itself, or under the video's name in the folder `output`. */
async function fileToWrite(input: string, output: string): Promise<string> {
  if (extname(output) !== '' && !(await isFolder(output))) return output;
  const name = basename(input);
  return join(output, containerOf(name) ? name : `${name.slice(0, -extname(name).length)}.mp4`);
}

function requireContainer(output: string): Container {
  const container = containerOf(output);
  if (container) return container;
  throw new UsageError(`Expected a video's name for --output, ending in ${writtenNames}, but received ${output}`);
}

/** @param what the file that is read is called in the message */
async function requireKept(what: string, read: string, output: string): Promise<void> {
  if (!(await isSameFile(read, output))) return;
  throw new UsageError(`Expected another --output: ${output} is ${what} and would be overwritten`);
}

/** @throws before any work is done if the model takes one size only, and the clip has another */
function requireFittingSize({ fixedSize }: Stylizer, { path, size }: Clip): void {
  if (!fixedSize || (fixedSize.width === size.width && fixedSize.height === size.height)) return;
  throw new Error(
    `Expected a video of ${fixedSize.width}×${fixedSize.height} pixels, the only size that this model takes, but ${path} ` +
      `has ${size.width}×${size.height}; resize it first`,
  );
}
