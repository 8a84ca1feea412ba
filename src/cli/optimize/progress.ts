import type { IterationProgress } from '../../optimize/optimize-picture.node.ts';
import { createProgressBar } from '../progress-bar.ts';
import { lossSentence } from '../train-progress.ts';

/** Shows on stderr how far the optimisation of a picture is: a bar with the loss and its terms, the size and time left. */
export class OptimizationProgress {
  private readonly bar = createProgressBar({
    format: '{bar} {value}/{total} iterations | {size} pixels | {terms} | {eta_formatted} left',
    etaBuffer: 20,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });

  start(iterations: number): void {
    this.bar.start(iterations, 0, { size: '–', terms: 'starting' });
  }

  iteration({ iteration, width, height, losses }: IterationProgress): void {
    this.bar.update(iteration, { size: `${width}×${height}`, terms: lossSentence(losses) });
  }

  end(): void {
    this.bar.stop();
  }
}
