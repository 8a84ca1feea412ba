import { execFileSync, spawnSync } from 'node:child_process';
import { z } from 'zod';

/** Tests that need ffmpeg skip themselves where it is not installed (`describe.skipIf`). */
export const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

/** Runs ffmpeg to make a file; overwrites it. */
export function ffmpeg(...options: readonly string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-nostdin', ...options]);
}

export interface ClipOptions {
  readonly size?: string;
  readonly rate?: string;
  readonly frames?: number;
  /** Filters after the test picture, such as `setsar=4/3`. */
  readonly filters?: readonly string[];
  readonly codec?: readonly string[];
  readonly sound?: readonly string[];
}

/** What sound a test clip has by default: a tone of 440 Hz as AAC. */
const tone = ['-c:a', 'aac'];

/** Writes a small, soft, moving test clip with sound: H.264 of full chroma, so that sizes may be odd. */
export function makeClip(path: string, options: ClipOptions = {}): void {
  const { size = '64x48', rate = '25', frames = 12, filters = [], sound = tone } = options;
  const codec = options.codec ?? ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '5', '-pix_fmt', 'yuv444p'];
  ffmpeg(
    ...['-f', 'lavfi', '-i', `mandelbrot=size=${size}:rate=${rate},gblur=sigma=4,format=rgb24`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440`],
    ...['-vf', [`trim=end_frame=${frames}`, ...filters].join(','), ...codec, ...sound],
    ...['-metadata', 'title=A title', '-shortest', '-fps_mode', 'passthrough', path],
  );
}

const packetSchema = z.object({
  packets: z.array(z.object({ pts_time: z.coerce.number(), data_hash: z.string().optional() })),
});

/** The times at which a track's packets begin, in seconds, in the order of their times, and what they hold. */
export function packetsOf(path: string, track: 'v' | 'a'): z.infer<typeof packetSchema>['packets'] {
  const options = ['-v', 'error', '-select_streams', track, '-show_packets', '-show_data_hash', 'MD5', '-of', 'json'];
  const { packets } = packetSchema.parse(JSON.parse(execFileSync('ffprobe', [...options, path], { encoding: 'utf8' })));
  return packets.toSorted((a, b) => a.pts_time - b.pts_time);
}

export function frameTimes(path: string): readonly number[] {
  return packetsOf(path, 'v').map(({ pts_time }) => pts_time);
}

const streamsSchema = z.object({
  streams: z.array(
    z.object({
      codec_type: z.string(),
      codec_name: z.string(),
      width: z.int().optional(),
      height: z.int().optional(),
      pix_fmt: z.string().optional(),
      sample_aspect_ratio: z.string().optional(),
      color_space: z.string().optional(),
    }),
  ),
  chapters: z.array(z.object({ start_time: z.coerce.number(), tags: z.record(z.string(), z.string()) })),
  format: z.object({ duration: z.coerce.number(), tags: z.record(z.string(), z.string()).default({}) }),
});

/** What ffprobe says of a file. */
export function describeFile(path: string): z.infer<typeof streamsSchema> {
  const options = ['-v', 'error', '-show_streams', '-show_format', '-show_chapters', '-of', 'json', path];
  return streamsSchema.parse(JSON.parse(execFileSync('ffprobe', options, { encoding: 'utf8' })));
}

/** A hash of each frame's pixels, in the order in which they are seen. */
export function frameHashes(path: string): readonly string[] {
  const options = ['-v', 'error', '-i', path, '-map', '0:v', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'];
  const lines = execFileSync('ffmpeg', options, { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => /^\d/.test(line)).map((line) => line.split(',').at(-1)?.trim() ?? '');
}
