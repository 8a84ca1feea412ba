import { Worker } from 'node:worker_threads';
import type { BatchOutcome, BatchPlan, PhotographBatch, SkippedPhotograph } from './batches.node.ts';
import { type DataCursor, FIRST_SAMPLE } from './sampler.ts';

export type { PhotographBatch, SkippedPhotograph } from './batches.node.ts';

/** What to load and how far ahead. */
export interface PhotographLoaderOptions {
  /** The photographs' paths; their order is a part of what the seed draws from. */
  readonly files: readonly string[];
  /** Side of the square crops, in pixels. */
  readonly size: number;
  /** Crops in a batch. */
  readonly batch: number;
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Where to start: the cursor of the last batch of an earlier run; by default at the beginning. */
  readonly cursor?: DataCursor;
  /** Batches kept ready at most; 4 by default. */
  readonly prefetch?: number;
  /** Told once of each photograph that gives no crops, when the batch that left it out is handed out. */
  readonly onSkip?: (photograph: SkippedPhotograph) => void;
}

/** The photographs left out so far: their numbers and, for each, why. */
export interface SkippedPhotographs {
  readonly tooSmall: number;
  readonly unreadable: number;
  readonly files: readonly SkippedPhotograph[];
}

/** An endless sequence of batches, decoded ahead of need in a worker thread. */
export interface PhotographLoader {
  /**
   * The next batch.
   * @throws if no photograph can be used, or the loader was closed
   */
  next(): Promise<PhotographBatch>;
  /** The photographs left out of the batches handed out so far. */
  skipped(): SkippedPhotographs;
  /** Ends the thread; without it the process does not end. */
  close(): Promise<void>;
}

/**
 * Starts decoding batches of random crops in a worker thread, which goes on while the main thread is blocked (by ONNX
 * Runtime's session.run, say). The batches depend on (files, size, batch, seed, cursor) alone. A photograph that is too
 * small or unreadable is left out and reported; its place is taken by the next one in order.
 * @throws if there are no files, or a number is out of its range
 */
export function createPhotographLoader(options: PhotographLoaderOptions): PhotographLoader {
  const { files, size, batch, seed, cursor = FIRST_SAMPLE, prefetch = 4, onSkip = () => {} } = options;
  if (files.length === 0) throw new Error('Expected at least one photograph to train on but received none');
  requirePositive('crop size', size);
  requirePositive('batch size', batch);
  requirePositive('number of prefetched batches', prefetch);
  return new WorkerLoader({ files, size, batch, seed, cursor }, prefetch, onSkip);
}

interface Waiting {
  readonly resolve: (batch: PhotographBatch) => void;
  readonly reject: (error: Error) => void;
}

class WorkerLoader implements PhotographLoader {
  readonly #worker: Worker;
  readonly #onSkip: (photograph: SkippedPhotograph) => void;
  readonly #ready: BatchOutcome[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #skipped: SkippedPhotograph[] = [];
  #failure: Error | undefined;

  constructor(plan: BatchPlan, prefetch: number, onSkip: (photograph: SkippedPhotograph) => void) {
    this.#onSkip = onSkip;
    this.#worker = startWorker(plan);
    this.#worker.on('message', (outcome: BatchOutcome) => {
      this.#ready.push(outcome);
      this.#handOut();
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', (code) =>
      this.#end(new Error(`The thread that decodes photographs ended with code ${code}`)),
    );
    for (let room = 0; room < prefetch; room++) this.#worker.postMessage('more');
  }

  next(): Promise<PhotographBatch> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#handOut();
    });
  }

  skipped(): SkippedPhotographs {
    const count = (kind: SkippedPhotograph['kind']) => this.#skipped.filter((one) => one.kind === kind).length;
    return { tooSmall: count('tooSmall'), unreadable: count('unreadable'), files: [...this.#skipped] };
  }

  async close(): Promise<void> {
    this.#worker.removeAllListeners('message');
    this.#ready.length = 0;
    this.#end(new Error('Expected an open photograph loader but it was closed'));
    await this.#worker.terminate();
  }

  /** Gives what is ready to those who wait, in order; a failure comes after the batches made before it. */
  #handOut(): void {
    while (this.#waiting.length > 0) {
      const outcome = this.#ready.shift();
      if (outcome !== undefined) this.#deliver(outcome);
      else if (this.#failure !== undefined) this.#rejectWaiting(this.#failure);
      else return;
    }
  }

  #deliver(outcome: BatchOutcome): void {
    for (const photograph of outcome.skipped) {
      this.#skipped.push(photograph);
      this.#onSkip(photograph);
    }
    if ('failure' in outcome) {
      this.#failure = new Error(outcome.failure);
    } else {
      this.#worker.postMessage('more');
      this.#waiting.shift()?.resolve(outcome.batch);
    }
  }

  /** Remembers why there will be no more batches; the first reason counts. */
  #end(error: Error): void {
    this.#failure ??= error;
    this.#handOut();
  }

  #rejectWaiting(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

function startWorker(plan: BatchPlan): Worker {
  const self = import.meta.url;
  if (!self.endsWith('.ts')) return new Worker(new URL('./crop-worker.node.js', self), { workerData: plan });
  const worker = new URL('./crop-worker.node.ts', self);
  return new Worker(new URL('./typescript-worker.mjs', self), { workerData: plan, argv: [worker.href], execArgv: [] });
}

function requirePositive(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`Expected the ${name} to be a whole number of at least 1 but received ${value}`);
  }
}
