import { createProgressBar } from './progress-bar.ts';

/** Shows on stderr how many of several pictures are done, and which failed and why; for a single picture, nothing. */
export class PicturesProgress {
  private readonly bar = createProgressBar({
    format: '{bar} {value}/{total} pictures | {eta_formatted} left',
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });

  constructor(private readonly total: number) {}

  start(): void {
    if (this.total > 1) this.bar.start(this.total, 0);
  }

  done(): void {
    this.bar.increment();
  }

  /** @param reason a sentence that names the picture; that of a single picture is left to the command's error */
  failed(reason: string): void {
    if (this.total > 1) process.stderr.write(`\n${reason}\n`);
    this.bar.increment();
  }

  end(): void {
    this.bar.stop();
  }
}

/** A reason that names its picture, whether it did so already or not. */
export function namedReason(picture: string, reason: string): string {
  return reason.includes(picture) ? reason : `${picture}: ${reason}`;
}
