import { once } from 'node:events';
import type { Picture, PictureSize } from '../image/picture.ts';
import type { Container } from './containers.ts';
import { type FfmpegProcess, startFfmpeg } from './ffmpeg.node.ts';
import { matroskaFrameHeader, matroskaHeader } from './matroska.ts';
import { type Fraction, fileUrl } from './probe.node.ts';

/** How painted frames become a file. */
export interface Encoding {
  readonly videoCodec: Container['videoCodec'];
  readonly size: PictureSize;
  /** Width to height of a pixel, such as `1/1`. */
  readonly pixelAspect: string;
  /** Times are rounded to multiples of it: those of the clip are such. */
  readonly timeBase: Fraction;
  /** Frames a second, on average. */
  readonly frameRate: number;
  /** 1 to 100. */
  readonly quality: number;
}

/** Writes one segment of a clip: a file of its own that begins with a key frame, at time 0. */
export class SegmentEncoder {
  private readonly ffmpeg: FfmpegProcess;
  /** Settles when the encoder has taken what was written. */
  private taken: Promise<unknown> = Promise.resolve();

  /** @param path the file, in ffmpeg's own container NUT, which keeps times of any time base */
  constructor(
    path: string,
    private readonly encoding: Encoding,
  ) {
    this.ffmpeg = startFfmpeg('ffmpeg', encodeOptions(path, encoding), { stdio: ['pipe', 'ignore', 'pipe'] });
    this.ffmpeg.process.stdin?.write(matroskaHeader(encoding.size, Math.round(1e9 / encoding.frameRate)));
  }

  /**
   * Hands over a frame, once the encoder has taken the one before.
   * @param time nanoseconds from the segment's beginning, more than that of the frame before
   * @throws FfmpegError if the encoder has failed
   */
  async write({ data }: Picture, time: number): Promise<void> {
    const { process, ended } = this.ffmpeg;
    await this.taken;
    process.stdin?.write(matroskaFrameHeader(this.encoding.size, time));
    if (process.stdin?.write(data) !== false) return;
    // Where the pipe breaks, the encoder says why.
    this.taken = Promise.race([once(process.stdin, 'drain').catch(() => ended), ended]);
    this.taken.catch(() => {});
  }

  /**
   * The file is complete when this returns.
   * @throws FfmpegError if the encoder has failed
   */
  async finish(): Promise<void> {
    this.ffmpeg.process.stdin?.end();
    await this.ffmpeg.ended;
  }

  /** Ends the encoder, unless it has finished; what it has written is then of no use. */
  async abandon(): Promise<void> {
    this.ffmpeg.process.kill('SIGKILL');
    await this.ffmpeg.ended.catch(() => {});
  }
}

function encodeOptions(path: string, encoding: Encoding): readonly string[] {
  const { pixelAspect, timeBase } = encoding;
  const filters = [
    'scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int',
    `format=${pixelFormat(encoding)}`,
    `setsar=${pixelAspect}`,
  ];
  return [
    ...['-f', 'matroska', '-i', 'pipe:0', '-vf', filters.join(','), ...codecOptions(encoding)],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ...['-fps_mode', 'passthrough', '-enc_time_base', `${timeBase.numerator}:${timeBase.denominator}`],
    ...['-f', 'nut', fileUrl(path)],
  ];
}

/** H.264 with halved chroma only has even sizes, cropping included; with full chroma it has all. VP9 has all with both. */
function pixelFormat({ videoCodec, size: { width, height } }: Encoding): string {
  return videoCodec === 'h264' && (width % 2 === 1 || height % 2 === 1) ? 'yuv444p' : 'yuv420p';
}

/** Quality 90 is CRF 18 of x264, and 24 of VP9: no visible loss. */
function codecOptions({ videoCodec, quality }: Encoding): readonly string[] {
  switch (videoCodec) {
    case 'h264':
      // Without B-frames the order of decoding is that of seeing: segments can be put one behind the other at any time.
      return ['-c:v', 'libx264', '-bf', '0', '-crf', String(Math.round(51 - 0.37 * quality))];
    case 'vp9': {
      const crf = String(Math.round(63 - 0.43 * quality));
      return ['-c:v', 'libvpx-vp9', '-crf', crf, '-b:v', '0', '-deadline', 'good', '-cpu-used', '4', '-row-mt', '1'];
    }
  }
}
