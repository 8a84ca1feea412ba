import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** A program of ffmpeg's at work. */
export interface FfmpegProcess {
  readonly process: ChildProcess;
  /**
   * What it wrote to stderr, once it has ended well.
   * @throws FfmpegError if it failed; one sentence if it is not installed
   */
  readonly ended: Promise<string>;
}

/** ffmpeg or ffprobe ended with an error; the message is the last thing that it said. */
export class FfmpegError extends Error {}

/**
 * Starts ffmpeg or ffprobe, silent but for errors.
 * @param spawnOptions its streams, of which the third must be a pipe, which is read here; the folder that it works in; a signal
 * that ends it
 */
export function startFfmpeg(
  program: 'ffmpeg' | 'ffprobe',
  options: readonly string[],
  spawnOptions: Pick<SpawnOptions, 'stdio' | 'cwd' | 'signal'>,
): FfmpegProcess {
  const child = spawn(program, ['-v', 'error', ...options], {
    ...spawnOptions,
    // In a process group of its own: the terminal's Ctrl-C is for impasto alone, which finishes what is under way.
    detached: true,
    windowsHide: true,
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-keptCharacters);
  });
  // A process that ends early breaks the pipe to it; why it ended is told by `ended`.
  child.stdin?.on('error', () => {});
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? notInstalled(program) : error),
    );
    child.once('close', (code) => {
      if (code === 0) resolve(said);
      else reject(new FfmpegError(reasonIn(said) || `${program} ended with code ${code}`));
    });
  });
  // Whoever waits for it gets the error; until then it must not end the process.
  ended.catch(() => {});
  return { process: child, ended };
}

/**
 * What ffmpeg or ffprobe writes to stdout.
 * @throws as FfmpegProcess.ended
 */
export async function outputOf(program: 'ffmpeg' | 'ffprobe', options: readonly string[]): Promise<string> {
  const { process, ended } = startFfmpeg(program, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  process.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await ended;
  return output;
}

/** A damaged clip can give a line for each frame. */
const keptCharacters = 10_000;

/** A full disk, and an option that older versions do not have, are named before what comes of them. */
function reasonIn(said: string): string {
  if (/Unrecognized option 'fps_mode'/.test(said)) return 'version 5.1 of ffmpeg or a newer one is needed';
  return /No space left on device/.exec(said)?.[0] ?? lastLine(said);
}

/** ffmpeg's last line without the part of it that speaks (`[mov,mp4 @ 0x55…] moov atom not found`). */
export function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? '';
  return line.replace(/^(\[[^\]]*\]\s*)+/, '').trim();
}

function notInstalled(program: string): Error {
  return new Error(
    `Expected ${program}, with which impasto reads and writes videos, but it is not installed: install ffmpeg ` +
      '(apt-get install ffmpeg, brew install ffmpeg, winget install ffmpeg), then try again',
  );
}
