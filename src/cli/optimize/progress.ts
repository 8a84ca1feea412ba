import type { IterationProgress } from '../../optimize/optimize-picture.node.ts';
import { createProgressBar } from '../shared/progress-bar.ts';
import { lossSentence } from '../train/progress.ts';

/** Shows on stderr how far the optimisation of a picture is: a bar with the loss and its terms, the size and time left. */
export class OptimizationProgress {
  // The bar counts work, not iterations: on a large picture one takes longer than on a small one.
  private readonly bar = createProgressBar({
    format: '{bar} {iteration}/{iterations} iterations | {size} pixels | {terms} | {eta_formatted} left',
    etaBuffer: 20,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });

  constructor(private readonly iterations: number) {}

  start(): void {
    this.bar.start(1, 0, { iteration: 0, iterations: this.iterations, size: '–', terms: 'starting' });
  }

  iteration({ iteration, share, width, height, losses }: IterationProgress): void {
    this.bar.update(share, { iteration, size: `${width}×${height}`, terms: lossSentence(losses) });
  }

  end(): void {
    this.bar.stop();
  }
}
