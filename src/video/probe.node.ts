import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { PictureSize } from '../image/picture.ts';
import { FfmpegError, outputOf } from './ffmpeg.node.ts';

/** A track of sound or subtitles. */
export interface Track {
  /** Its number among all streams of the file. */
  readonly index: number;
  /** ffmpeg's name of its codec. */
  readonly codec: string;
}

/** What is known of a video file without decoding it. */
export interface Clip {
  readonly path: string;
  /** The number of the picture track among all streams of the file. */
  readonly index: number;
  /** As it is seen: rotation applied. */
  readonly size: PictureSize;
  /** Width to height of a pixel as it is seen, such as `1/1`. */
  readonly pixelAspect: string;
  /** Seconds that all times are multiples of, as a fraction such as `1/30000`. */
  readonly timeBase: Fraction;
  /** When the first of all tracks begins, in seconds: not at 0 in all kinds of files. */
  readonly startTime: number;
  /** Frames a second, on average. */
  readonly frameRate: number;
  /** How many frames the file says or seems to have. */
  readonly expectedFrames: number;
  /** How many frames the file says it has; 0 if it does not say. */
  readonly announcedFrames: number;
  /** The matrix between YCbCr and RGB, by the name that ffmpeg's scale filter gives it; null if the file names it. */
  readonly assumedMatrix: 'bt709' | 'bt601' | null;
  readonly sound: readonly Track[];
  readonly subtitles: readonly Track[];
}

export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

const unknownCodec = 'unknown';

const streamSchema = z.object({
  index: z.int(),
  codec_type: z.string().default('data'),
  codec_name: z.string().default(unknownCodec),
  width: z.int().optional(),
  height: z.int().optional(),
  sample_aspect_ratio: z.string().optional(),
  time_base: z.string().default('1/1000'),
  avg_frame_rate: z.string().default('0/0'),
  r_frame_rate: z.string().default('0/0'),
  nb_frames: z.coerce.number().optional(),
  duration: z.coerce.number().optional(),
  color_space: z.string().optional(),
  disposition: z.object({ attached_pic: z.int().default(0) }).optional(),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).default([]),
});
const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z
    .object({ start_time: z.coerce.number().default(0), duration: z.coerce.number().optional() })
    .default({ start_time: 0 }),
});
type Stream = z.infer<typeof streamSchema>;

/** The height from which a clip that does not name its colours is taken for high definition (ITU-R BT.709). */
const highDefinition = 720;

/**
 * Reads what a video file says of itself; ffmpeg reads all of its many kinds.
 * @throws one sentence if ffmpeg is not installed, there is no such file, it is no video or damaged, or holds no pictures
 */
export async function probeClip(path: string): Promise<Clip> {
  await requireFile(path);
  const { streams, format } = probeSchema.parse(JSON.parse(await probe(path)));
  const stream = streams.find(
    ({ codec_type, disposition }) => codec_type === 'video' && disposition?.attached_pic !== 1,
  );
  if (!stream?.width || !stream.height) {
    const found = streams.map(({ codec_type }) => codec_type).join(', ') || 'none';
    throw new Error(`Expected a video with moving pictures in ${path} but its tracks are: ${found}`);
  }
  const isTurned = stream.side_data_list.some(({ rotation = 0 }) => Math.abs(rotation) % 180 === 90);
  const { width, height } = stream;
  const frameRate = frameRateOf(stream);
  const duration = stream.duration ?? format.duration ?? 0;
  return {
    path,
    index: stream.index,
    size: isTurned ? { width: height, height: width } : { width, height },
    pixelAspect: pixelAspectOf(stream, isTurned),
    timeBase: fraction(stream.time_base),
    startTime: format.start_time,
    frameRate,
    announcedFrames: stream.nb_frames ?? 0,
    expectedFrames: Math.max(1, stream.nb_frames || Math.round(duration * frameRate)),
    assumedMatrix: namesMatrix(stream) ? null : height >= highDefinition ? 'bt709' : 'bt601',
    sound: tracks(streams, 'audio'),
    subtitles: tracks(streams, 'subtitle'),
  };
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new Error(`Expected a video file at ${path} but ${reason}`, { cause: error });
  });
  if (!found.isFile()) throw new Error(`Expected a video file at ${path} but it is no regular file`);
}

async function probe(path: string): Promise<string> {
  const options = ['-show_streams', '-show_format', '-of', 'json', fileUrl(path)];
  return outputOf('ffprobe', options).catch((error: Error) => {
    if (!(error instanceof FfmpegError)) throw error;
    const reason = error.message.replace(`${fileUrl(path)}: `, '');
    throw new Error(`Expected a video in ${path} but it is none, or damaged (${reason})`, { cause: error });
  });
}

/** A path as ffmpeg takes it, whatever it begins with: a bare one could pass for an option or a protocol. */
export function fileUrl(path: string): string {
  return `file:${path}`;
}

/** The tracks of a kind whose codec ffmpeg knows: the others it can neither copy nor decode. */
function tracks(streams: readonly Stream[], kind: string): readonly Track[] {
  return streams
    .filter(({ codec_type, codec_name }) => codec_type === kind && codec_name !== unknownCodec)
    .map(({ index, codec_name }) => ({ index, codec: codec_name }));
}

/** Frames a second: the average where the file tells it. */
function frameRateOf({ avg_frame_rate, r_frame_rate }: Stream): number {
  const rates = [avg_frame_rate, r_frame_rate]
    .map(fraction)
    .map(({ numerator, denominator }) => numerator / denominator);
  return rates.find((rate) => Number.isFinite(rate) && rate > 0) ?? 25;
}

function pixelAspectOf({ sample_aspect_ratio = '1:1' }: Stream, isTurned: boolean): string {
  const { numerator, denominator } = fraction(sample_aspect_ratio.replace(':', '/'));
  if (!numerator || !denominator) return '1/1';
  return isTurned ? `${denominator}/${numerator}` : `${numerator}/${denominator}`;
}

function namesMatrix({ color_space = 'unknown' }: Stream): boolean {
  return !['unknown', 'unspecified', 'reserved'].includes(color_space);
}

function fraction(text: string): Fraction {
  const [numerator = Number.NaN, denominator = Number.NaN] = text.split('/').map(Number);
  return { numerator, denominator };
}
