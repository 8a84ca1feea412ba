import type { SkippedPhotograph } from '../../dataset/loader.node.ts';
import type { StepLosses } from '../../loss-network/objective/losses.ts';
import type { TrainingConfiguration } from '../../style-file/training-configuration.ts';
import type { StepMetrics } from '../../train/loop.ts';
import { createProgressBar } from '../shared/progress-bar.ts';

/** Skipped photographs that are named one by one; more are only counted. */
const namedSkips = 5;

/** Steps after which a machine's speed is known, and minutes that are worth a forecast. */
const [measuredSteps, shortestForecast] = [5, 5];

/** Shows a training run on stderr: a bar with loss terms, images a second and time left; plain lines in a log file. */
export class TrainingProgress {
  private readonly bar = createProgressBar({
    format: '{bar} {value}/{total} steps | {terms} | {speed} images/s | {eta_formatted} left',
    etaBuffer: 20,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  private firstStep = 0;
  private isForecast = false;
  private readonly skips = { tooSmall: 0, unreadable: 0, duplicate: 0 };

  constructor(private readonly configuration: Pick<TrainingConfiguration, 'styleName' | 'steps' | 'batch' | 'size'>) {}

  start({ photographs, step }: { readonly photographs: number; readonly step: number }): void {
    const { styleName, steps, batch, size } = this.configuration;
    this.firstStep = step;
    const from = step === 0 ? '' : `, from step ${step}`;
    process.stderr.write(`${styleName}: ${photographs} photographs, ${steps} steps of ${batch} × ${size}²${from}\n`);
    this.bar.start(steps, step, { terms: 'starting', speed: '–' });
  }

  step(metrics: StepMetrics): void {
    this.forecast(metrics);
    this.bar.update(metrics.step, { terms: lossSentence(metrics), speed: metrics.imagesPerSecond.toFixed(2) });
  }

  /** Once, when the first steps have shown how fast this machine is: the minutes of a long training. */
  private forecast({ step, imagesPerSecond }: StepMetrics): void {
    if (this.isForecast || step < this.firstStep + measuredSteps) return;
    this.isForecast = true;
    const { steps, batch } = this.configuration;
    const minutes = ((steps - step) * batch) / imagesPerSecond / 60;
    if (minutes < shortestForecast) return;
    process.stderr.write(`\nAbout ${Math.round(minutes)} minutes on this machine; Ctrl-C saves, --resume goes on.\n`);
  }

  skip({ path, kind, reason }: SkippedPhotograph): void {
    this.skips[kind]++;
    if (this.allSkips <= namedSkips) process.stderr.write(`\nSkipped ${path}: ${reason}\n`);
  }

  warn(message: string): void {
    process.stderr.write(`\nWarning: ${message}\n`);
  }

  end(): void {
    this.bar.stop();
    if (this.allSkips <= namedSkips) return;
    const { tooSmall, unreadable, duplicate } = this.skips;
    process.stderr.write(
      `${this.allSkips} photographs were skipped in all: ${tooSmall} too small, ${unreadable} unreadable, ${duplicate} copies of others\n`,
    );
  }

  private get allSkips(): number {
    return this.skips.tooSmall + this.skips.unreadable + this.skips.duplicate;
  }
}

/** A loss and its terms in a few words. */
export function lossSentence({ loss, content, style, tv }: StepLosses): string {
  return `loss ${short(loss)} = content ${short(content)}, style ${short(style)}, tv ${short(tv)}`;
}

function short(value: number): string {
  return value.toPrecision(3);
}
