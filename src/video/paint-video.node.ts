import { rename, stat } from 'node:fs/promises';
import type { Picture } from '../image/picture.ts';
import type { Container } from './containers.ts';
import { decodeFrames, type Frame } from './decode-frames.node.ts';
import { SegmentEncoder } from './encode-segment.node.ts';
import { FfmpegError } from './ffmpeg.node.ts';
import { joinSegments } from './join-segments.node.ts';
import { oneAhead } from './one-ahead.ts';
import { PartialFolder } from './partial-folder.node.ts';
import type { Clip } from './probe.node.ts';
import { TemporalSmoothing } from './temporal-smoothing.ts';

/** A clip to paint. */
export interface VideoJob {
  readonly clip: Clip;
  /** The file to write. */
  readonly output: string;
  readonly container: Container;
  /** 1 to 100. */
  readonly quality: number;
  /** Share of the frame before in each frame, from 0 to less than 1. */
  readonly smoothing: number;
  readonly paint: (photograph: Picture) => Promise<Picture>;
  /** Tells `paint` from any other: what an earlier run painted is used if it is equal. */
  readonly paintedWith: string;
  /** Stops the work after the frame under way. */
  readonly signal: AbortSignal;
  /** Called before the first frame, with the number of those that an earlier run painted. */
  readonly onStart: (painted: number) => void;
  readonly onFrame: () => void;
  /** Called if the clip is damaged: what can be read of it is painted. */
  readonly onDamage: (reason: string) => void;
}

export interface PaintedVideo {
  /** Frames painted and kept. */
  readonly frames: number;
  /** Whether the clip is written; otherwise the signal has stopped the work, and the same job goes on with it. */
  readonly isComplete: boolean;
}

/** What is lost of the work at most when a run is stopped. */
const secondsInSegment = 2;

/**
 * Paints all frames of a clip and writes them with its sound and timing. Frames go through pipes, from ffmpeg and to ffmpeg,
 * a few at a time. They are kept in segments of two seconds, in a folder beside the output, until the last is there: a job
 * that was stopped, or killed, goes on after the last whole segment, and ends with the same frames as if it had not been.
 * @throws one sentence if frames cannot be read, painted or written; the segments before are kept
 */
export async function paintVideo(job: VideoJob): Promise<PaintedVideo> {
  const folder = await PartialFolder.open(job.output, await settingsOf(job));
  try {
    await paintSegments(job, folder);
    if (folder.frames === 0 && !job.signal.aborted) throw new FfmpegError('it has no frame that can be decoded');
    const isComplete = !job.signal.aborted && (await writeOutput(job, folder));
    if (isComplete) tellMissingFrames(job, folder.frames);
    return { frames: folder.frames, isComplete };
  } catch (error) {
    throw failure(error, job, folder.frames);
  } finally {
    if (folder.frames === 0) await folder.remove();
    else await folder.close();
  }
}

/** Files that count their frames may be a few off. */
const complete = 0.9;

/** A file that is cut off between two frames looks whole to ffmpeg. */
function tellMissingFrames({ clip: { announcedFrames }, onDamage }: VideoJob, frames: number): void {
  if (frames < complete * announcedFrames) onDamage(`it ends after ${frames} of ${announcedFrames} frames`);
}

/** All that painted frames depend on, but for the device. */
async function settingsOf({ clip, container, quality, smoothing, paintedWith }: VideoJob): Promise<string> {
  const { size, mtimeMs } = await stat(clip.path);
  return JSON.stringify({ size, mtimeMs, codec: container.videoCodec, quality, smoothing, paintedWith });
}

/** Paints the frames that are missing, until the signal stops it. */
async function paintSegments(job: VideoJob, folder: PartialFolder): Promise<void> {
  const smoothing = new TemporalSmoothing(job.smoothing);
  const painted = folder.frames;
  const frames = oneAhead(decodeFrames(job.clip, Math.max(painted - 1, 0), job.onDamage));
  try {
    if (painted > 0) {
      const last = await frames.next();
      if (!last.done) smoothing.restore(last.value.picture, await folder.lastFrame());
    }
    job.onStart(painted);
    while (await paintSegment(job, folder, frames, smoothing));
  } finally {
    await frames.return();
  }
}

/** Paints one segment; it is kept if it is whole. @returns false at the end */
async function paintSegment(
  job: VideoJob,
  folder: PartialFolder,
  frames: AsyncGenerator<Frame, void, void>,
  smoothing: TemporalSmoothing,
): Promise<boolean> {
  const { clip, container, quality, signal } = job;
  const first = await frames.next();
  if (first.done || signal.aborted) return false;
  const start = first.value.time;
  const most = Math.max(1, Math.round(secondsInSegment * clip.frameRate));
  const encoder = new SegmentEncoder(folder.unfinishedSegment, { ...clip, videoCodec: container.videoCodec, quality });
  try {
    let frame: Frame | undefined = first.value;
    let painted = frame.picture;
    let count = 0;
    while (frame) {
      painted = await smoothing.next(frame.picture, job.paint(frame.picture));
      await encoder.write(painted, frame.time - start);
      count++;
      job.onFrame();
      if (count === most) break;
      if (signal.aborted) return false;
      frame = (await frames.next()).value ?? undefined;
    }
    await encoder.finish();
    await folder.add({ frames: count, start }, painted);
    return true;
  } finally {
    await encoder.abandon();
  }
}

/** @returns whether it was written, and not stopped by the signal */
async function writeOutput({ clip, container, output, signal }: VideoJob, folder: PartialFolder): Promise<boolean> {
  try {
    await joinSegments(folder.path, folder.segments, clip, container, folder.unfinishedClip, signal);
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
  await rename(folder.unfinishedClip, output);
  await folder.remove();
  return true;
}

function failure(error: unknown, { clip, output }: VideoJob, frames: number): Error {
  const message = error instanceof Error ? error.message : String(error);
  const kept = frames > 0 ? `; ${frames} frames are painted, the same command goes on with them` : '';
  if (isDiskFull(error)) {
    return new Error(`The disk of ${output} is full${kept}`, { cause: error });
  }
  const reason = error instanceof FfmpegError ? `ffmpeg cannot go on with ${clip.path}: ${message}` : message;
  return new Error(`${reason}${kept}`, { cause: error });
}

/** Whether the system, or ffmpeg by its words, had no room for a file. */
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && (/no space left on device/i.test(error.message) || isDiskFull(error.cause));
}
