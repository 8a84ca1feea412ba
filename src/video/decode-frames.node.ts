import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { CHANNELS, type Picture } from '../image/picture.ts';
import { lastLine, startFfmpeg } from './ffmpeg.node.ts';
import { type Clip, fileUrl } from './probe.node.ts';

/** A frame of a clip. */
export interface Frame {
  readonly picture: Picture;
  /** When it is shown, in whole nanoseconds of the file's own time, which need not begin at 0; later than that of the frame before. */
  readonly time: number;
}

/** The file descriptor on which ffmpeg tells the frames' times. */
const timesDescriptor = 3;

/**
 * The frames of a clip in the order in which they are seen, upright, each with its own time: none is repeated or left out.
 * Frames are decoded no faster than they are taken; ffmpeg ends when the loop over them does.
 * @param from the number of the first frame wanted. The ones before are decoded too: seeking is not exact in all files
 * @param onDamage called at the end with what ffmpeg said, if it found the file damaged
 * @throws FfmpegError if nothing (more) can be decoded
 */
export async function* decodeFrames(
  clip: Clip,
  from: number,
  onDamage: (reason: string) => void,
): AsyncGenerator<Frame, void, void> {
  const { process, ended } = startFfmpeg('ffmpeg', decodeOptions(clip, from), {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [pixels, ticks] = [process.stdout, process.stdio[timesDescriptor]];
  try {
    if (!pixels || !ticks) return await ended.then(() => {});
    const times = frameTimes(ticks as Readable, clip);
    for await (const data of chunksOf(pixels, CHANNELS * clip.size.width * clip.size.height)) {
      const { value: time } = await times.next();
      if (time === undefined) throw new Error(`Expected a time for each frame of ${clip.path} but ffmpeg told fewer`);
      yield { picture: { ...clip.size, data }, time };
    }
    const said = await ended;
    if (said !== '') onDamage(lastLine(said));
  } finally {
    process.kill('SIGKILL');
  }
}

function decodeOptions({ path, index, assumedMatrix }: Clip, from: number): readonly string[] {
  const scale = `scale=flags=accurate_rnd+full_chroma_int${assumedMatrix ? `:in_color_matrix=${assumedMatrix}` : ''}`;
  const filters = [
    `select=gte(n\\,${from})`,
    // Printing needs something to print: an entry added to each frame, before which the frame's time is told.
    'metadata=mode=add:key=impasto:value=1',
    `metadata=mode=print:key=impasto:direct=1:file=pipe\\\\:${timesDescriptor}`,
    scale,
    'format=rgb24',
  ];
  return [
    ...['-nostdin', '-copyts', '-i', fileUrl(path), '-map', `0:${index}`, '-fps_mode', 'passthrough'],
    ...['-vf', filters.join(','), '-f', 'rawvideo', 'pipe:1'],
  ];
}

/** Times in nanoseconds from ffmpeg's lines `frame:0 pts:1024 pts_time:0.08`, made to rise where they do not. */
async function* frameTimes(ticks: Readable, { timeBase, frameRate }: Clip): AsyncGenerator<number, void, void> {
  const tick = (1e9 * timeBase.numerator) / timeBase.denominator;
  let last: number | undefined;
  for await (const line of createInterface({ input: ticks })) {
    const [, count] = /^frame:\S+\s+pts:(\S+)/.exec(line) ?? [];
    if (count === undefined) continue;
    const told = Math.round(Number(count) * tick);
    // A frame without a time of its own follows the one before at the usual distance.
    const next = last === undefined ? 0 : last + Math.round(1e9 / frameRate);
    last = Number.isNaN(told) || (last !== undefined && told <= last) ? next : told;
    yield last;
  }
}

/** Cuts a stream into pieces of so many bytes; an incomplete one at its end is left out. */
async function* chunksOf(stream: Readable, length: number): AsyncGenerator<Uint8Array, void, void> {
  let piece = new Uint8Array(length);
  let filled = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    for (let start = 0; start < chunk.length; ) {
      const part = chunk.subarray(start, start + length - filled);
      piece.set(part, filled);
      start += part.length;
      filled += part.length;
      if (filled < length) continue;
      yield piece;
      piece = new Uint8Array(length);
      filled = 0;
    }
  }
}
