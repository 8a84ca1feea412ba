/** A kind of video file that is written. */
export interface Container {
  /** ffmpeg's name of its muxer. */
  readonly muxer: string;
  readonly videoCodec: 'h264' | 'vp9';
  /** Sound that it takes as it is, by ffmpeg's names of codecs; null if any. */
  readonly soundCodecs: readonly string[] | null;
  /** ffmpeg's encoder for other sound. */
  readonly soundEncoder: string;
  /** ffmpeg's encoder for subtitles of text. */
  readonly subtitleEncoder: string;
}

const appleSound = ['aac', 'alac', 'mp3', 'ac3', 'eac3'];

const containers: ReadonlyMap<string, Container> = new Map([
  [
    'mp4',
    {
      muxer: 'mp4',
      videoCodec: 'h264',
      soundCodecs: appleSound,
      soundEncoder: 'aac',
      subtitleEncoder: 'mov_text',
    },
  ],
  [
    'mov',
    {
      muxer: 'mov',
      videoCodec: 'h264',
      soundCodecs: [...appleSound, 'pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be'],
      soundEncoder: 'aac',
      subtitleEncoder: 'mov_text',
    },
  ],
  ['mkv', { muxer: 'matroska', videoCodec: 'h264', soundCodecs: null, soundEncoder: 'aac', subtitleEncoder: 'srt' }],
  [
    'webm',
    {
      muxer: 'webm',
      videoCodec: 'vp9',
      soundCodecs: ['opus', 'vorbis'],
      soundEncoder: 'libopus',
      subtitleEncoder: 'webvtt',
    },
  ],
]);

/** The extensions of the video files that are written. */
export const writtenExtensions: readonly string[] = [...containers.keys()];

const readOnlyExtensions = ['m4v', 'avi', 'mpg', 'mpeg', 'ts', 'mts', 'm2ts', 'wmv', 'flv', '3gp', 'ogv'];

/** Whether a path has the extension of a video; the file itself is not looked at. */
export function isVideoPath(path: string): boolean {
  const extension = extensionOf(path);
  return containers.has(extension) || readOnlyExtensions.includes(extension);
}

/** The kind of video file that a path's extension asks for; undefined if it is none that is written. */
export function containerOf(path: string): Container | undefined {
  return containers.get(extensionOf(path));
}

function extensionOf(path: string): string {
  return /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}
