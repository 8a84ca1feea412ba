import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Container } from './containers.ts';
import { startFfmpeg } from './ffmpeg.node.ts';
import { type Clip, fileUrl, type Track } from './probe.node.ts';

/** A painted segment of a clip. */
export interface Segment {
  /** The file's name in its folder. */
  readonly file: string;
  /** How many frames it has. */
  readonly frames: number;
  /** When its first frame is shown, in nanoseconds of the clip's own time. */
  readonly start: number;
}

/** Subtitles made of pictures: they cannot be turned into text. */
const pictureSubtitles = ['dvd_subtitle', 'hdmv_pgs_subtitle', 'dvb_subtitle', 'xsub'];

/**
 * Puts painted segments one behind the other, without encoding them again, and adds what else the clip's file holds: sound
 * (as it is where the container takes it), subtitles of text, chapters, title and the like. A Matroska file takes all
 * subtitles.
 * @param path the file to write
 * @param signal stops it
 * @throws FfmpegError if ffmpeg fails
 */
export async function joinSegments(
  folder: string,
  segments: readonly Segment[],
  clip: Clip,
  container: Container,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const list = 'segments.ffconcat';
  await writeFile(join(folder, list), segmentList(segments));
  const options = [
    // All in the clip's own time until it is written: left to itself, ffmpeg would let the tracks of each file begin at 0,
    // and sound and pictures would drift apart by what lies between.
    ...['-y', '-nostdin', '-copyts', '-itsoffset', seconds(segments[0]?.start ?? 0), '-f', 'concat', '-i', list],
    ...['-i', fileUrl(resolve(clip.path)), '-output_ts_offset', String(-clip.startTime), '-map', '0:v', '-c:v', 'copy'],
    ...clip.sound.flatMap((track, number) => [
      '-map',
      `1:${track.index}`,
      `-c:a:${number}`,
      soundCodec(track, container),
    ]),
    ...subtitlesFor(clip, container).flatMap(([index, codec], number) => [
      '-map',
      `1:${index}`,
      `-c:s:${number}`,
      codec,
    ]),
    ...['-map_metadata', '1', '-map_chapters', '1'],
    // Players on the web begin before they have all of it.
    ...(container.muxer === 'mp4' || container.muxer === 'mov' ? ['-movflags', '+faststart'] : []),
    ...['-f', container.muxer, fileUrl(resolve(path))],
  ];
  // In the folder of the segments, whose own name may hold characters that mean something in a list.
  await startFfmpeg('ffmpeg', options, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder, signal }).ended;
}

/** A script for ffmpeg's concat demuxer: each segment lasts until the next begins. */
function segmentList(segments: readonly Segment[]): string {
  const lines = segments.flatMap(({ file, start }, index) => {
    const next = segments[index + 1];
    // Each beginning is rounded to the list's microseconds, not each duration, so that errors do not add up.
    const duration = next ? (microseconds(next.start) - microseconds(start)) / 1e6 : undefined;
    return [`file ${file}`, ...(duration === undefined ? [] : [`duration ${duration.toFixed(6)}`])];
  });
  return ['ffconcat version 1.0', ...lines, ''].join('\n');
}

function microseconds(nanoseconds: number): number {
  return Math.round(nanoseconds / 1000);
}

function seconds(nanoseconds: number): string {
  return (nanoseconds / 1e9).toFixed(6);
}

function soundCodec({ codec }: Track, { soundCodecs, soundEncoder }: Container): string {
  return soundCodecs === null || soundCodecs.includes(codec) ? 'copy' : soundEncoder;
}

/** The subtitles that a container takes: each track's number and codec. */
function subtitlesFor({ subtitles }: Clip, { muxer, subtitleEncoder }: Container): readonly [number, string][] {
  return subtitles.flatMap(({ index, codec }): [number, string][] => {
    const isPictures = pictureSubtitles.includes(codec);
    if (muxer !== 'matroska') return isPictures ? [] : [[index, subtitleEncoder]];
    return [[index, codec === 'mov_text' ? subtitleEncoder : 'copy']];
  });
}
