import { createProgressBar } from '../shared/progress-bar.ts';

/**
 * Shows on stderr how many of several pictures are done, how fast, how long the others will take, and how many failed; of
 * a single picture, how many of its tiles are done, if it has several.
 */
export class PicturesProgress {
  private readonly bar = createProgressBar({
    format: '{bar} {value}/{total} pictures | {perMinute} a minute | {eta_formatted} left{failures}',
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });

  private readonly tiles = createProgressBar({
    format: '{bar} {value}/{total} tiles | {eta_formatted} left',
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });

  private finished = 0;
  private failures = 0;
  /** When the first picture was begun. */
  private begun = Date.now();

  constructor(private total: number) {}

  start(): void {
    if (this.total > 1) this.bar.start(this.total, 0, this.payload());
  }

  done(): void {
    this.finished++;
    this.bar.increment(1, this.payload());
  }

  /** Takes a picture that was there already out of the account: it says nothing of the time that the others take. */
  skipped(): void {
    if (this.finished === 0) this.begun = Date.now();
    this.total--;
    this.bar.setTotal(this.total);
  }

  /** @param reason a sentence that names the picture, to be shown at once; by default the failure is only counted */
  failed(reason?: string): void {
    if (reason !== undefined && this.total > 1) process.stderr.write(`\n${reason}\n`);
    this.failures++;
    this.done();
  }

  /** Tells of the tiles of a picture; shown of a single one only. */
  tile(done: number, total: number): void {
    if (this.total > 1 || total === 1) return;
    if (done === 1) this.tiles.start(total, 0);
    this.tiles.update(done);
  }

  end(): void {
    this.bar.stop();
    this.tiles.stop();
  }

  private payload() {
    const perMinute = (60_000 * this.finished) / (Date.now() - this.begun);
    return {
      perMinute: this.finished === 0 ? '–' : perMinute.toFixed(perMinute < 10 ? 1 : 0),
      failures: this.failures === 0 ? '' : ` | ${this.failures} failed`,
    };
  }
}

/** A reason that names its picture, whether it did so already or not. */
export function namedReason(picture: string, reason: string): string {
  return reason.includes(picture) ? reason : `${picture}: ${reason}`;
}
