import { createProgressBar } from '../shared/progress-bar.ts';

/** Shows on stderr how many frames of a clip are painted, how fast, and the time left. */
export class VideoProgress {
  private readonly bar = createProgressBar({
    format: '{bar} {value}/{total} frames | {speed} frames/s | {eta_formatted} left',
    etaBuffer: 20,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  private began = 0;
  private painted = 0;

  /** @param painted frames that an earlier run painted */
  start(frames: number, painted: number): void {
    this.began = performance.now();
    this.bar.start(Math.max(frames, painted), painted, { speed: '–' });
  }

  frame(): void {
    this.painted++;
    const seconds = (performance.now() - this.began) / 1000;
    this.bar.increment({ speed: (this.painted / seconds).toFixed(2) });
  }

  warn(message: string): void {
    process.stderr.write(`\nWarning: ${message}\n`);
  }

  /** @param frames how many frames the clip turned out to have, if all are painted: what its file says may be wrong */
  end(frames: number | undefined): void {
    if (frames !== undefined) this.bar.setTotal(frames);
    this.bar.stop();
  }
}
