import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { BatchOutcome, BatchPlan, PhotographBatch } from './batches.ts';
import type { SkippedPhotograph } from './crop-source.ts';
import { PathList } from './path-list.node.ts';
import type { PhotographSource } from './photographs.node.ts';
import { type DataCursor, FIRST_SAMPLE } from './sampler.ts';

export type { PhotographBatch } from './batches.ts';
export type { SkippedPhotograph } from './crop-source.ts';

/** What to load and how far ahead. */
export interface PhotographLoaderOptions {
  /** The photographs' paths; their order is a part of what the seed draws from. */
  readonly files: readonly string[];
  /** Photographs that are kept for validation: copies of them are not trained on either. */
  readonly heldOut?: readonly string[];
  /** The folder that all of these lie in: when it is gone, the loader fails at once instead of skipping every file. */
  readonly folder?: string;
  /** Where to keep what was learnt of the photographs, for the next run (see photographIndexFile); nowhere by default. */
  readonly indexFile?: string;
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
  /** Told, in one sentence, what went wrong without keeping the training from going on. */
  readonly onWarning?: (sentence: string) => void;
}

/** How many photographs were left out so far. */
export interface SkippedPhotographs {
  readonly tooSmall: number;
  readonly unreadable: number;
  readonly duplicate: number;
  /** All of these. */
  readonly total: number;
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
  /** Seconds for which `next` has kept its callers waiting, in all: what the training lost to its data. */
  readonly waitedSeconds: number;
  /** Saves what was learnt of the photographs and ends the thread; without it the process does not end. */
  close(): Promise<void>;
}

/**
 * Starts decoding batches of random crops in a worker thread, which goes on while the main thread is blocked (by ONNX
 * Runtime's session.run, say). The batches depend on (files and their contents, those held out, size, batch, seed, cursor)
 * alone: neither on what was read before the cursor nor on the index file. A photograph that is too small, unreadable or a
 * copy of one before it is left out and reported; its place is taken by the next one in order.
 * @throws if there are no files, one lies outside the folder, or a number is out of its range
 */
export function createPhotographLoader(options: PhotographLoaderOptions): PhotographLoader {
  const { files, heldOut = [], folder, indexFile, size, batch, seed, cursor = FIRST_SAMPLE } = options;
  const { prefetch = 4, onSkip = () => {}, onWarning = () => {} } = options;
  if (files.length === 0) throw new Error('Expected at least one photograph to train on but received none');
  requirePositive('crop size', size);
  requirePositive('batch size', batch);
  requirePositive('number of prefetched batches', prefetch);
  const paths = PathList.pack([...heldOut, ...files], folder).packed;
  const source = { paths, heldOut: heldOut.length, folder, indexFile };
  return new WorkerLoader({ source, plan: { size, batch, seed, cursor } }, prefetch, { onSkip, onWarning });
}

/** What the thread is started with. */
export interface LoaderJob {
  readonly source: PhotographSource;
  readonly plan: BatchPlan;
}

/** What the thread is asked for: one more batch, or to save and do nothing more. */
export type LoaderRequest = 'more' | 'close';

/** What the thread answers. */
export type LoaderReply =
  | { readonly kind: 'outcome'; readonly outcome: BatchOutcome }
  | { readonly kind: 'warning'; readonly sentence: string }
  | { readonly kind: 'closed' };

/** Milliseconds that the thread has for saving when it is closed. */
const CLOSING_TIME = 10_000;

interface Listeners {
  readonly onSkip: (photograph: SkippedPhotograph) => void;
  readonly onWarning: (sentence: string) => void;
}

interface Waiting {
  readonly since: number;
  readonly resolve: (batch: PhotographBatch) => void;
  readonly reject: (error: Error) => void;
}

class WorkerLoader implements PhotographLoader {
  readonly #worker: Worker;
  readonly #ready: BatchOutcome[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #skipped = { tooSmall: 0, unreadable: 0, duplicate: 0 };
  /** When the thread has saved and ends, or has ended. */
  readonly #closed: Promise<void>;
  #failure: Error | undefined;
  #waited = 0;

  constructor(
    private readonly job: LoaderJob,
    prefetch: number,
    private readonly listeners: Listeners,
  ) {
    this.#worker = startWorker(job);
    this.#worker.on('message', (message: LoaderReply) => this.#receive(message));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', (code) => {
      this.#end(new Error(`The thread that decodes photographs ended with code ${code}`));
    });
    this.#closed = new Promise((resolve) => {
      this.#worker.on('message', ({ kind }: LoaderReply) => kind === 'closed' && resolve());
      this.#worker.on('exit', () => resolve());
    });
    for (let room = 0; room < prefetch; room++) this.#request('more');
  }

  next(): Promise<PhotographBatch> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ since: performance.now(), resolve, reject });
      this.#handOut();
    });
  }

  skipped(): SkippedPhotographs {
    const { tooSmall, unreadable, duplicate } = this.#skipped;
    return { tooSmall, unreadable, duplicate, total: tooSmall + unreadable + duplicate };
  }

  get waitedSeconds(): number {
    return this.#waited / 1000;
  }

  async close(): Promise<void> {
    this.#ready.length = 0;
    this.#end(new Error('Expected an open photograph loader but it was closed'));
    if (this.job.source.indexFile !== undefined) {
      this.#request('close');
      await Promise.race([this.#closed, pause(CLOSING_TIME, undefined, { ref: false })]);
    }
    await this.#worker.terminate();
  }

  #request(request: LoaderRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(message: LoaderReply): void {
    if (message.kind === 'warning') this.listeners.onWarning(message.sentence);
    // Batches still under way when the loader was closed are for nobody.
    if (message.kind !== 'outcome' || this.#failure !== undefined) return;
    this.#ready.push(message.outcome);
    this.#handOut();
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
      this.#skipped[photograph.kind]++;
      this.listeners.onSkip(photograph);
    }
    if ('failure' in outcome) {
      this.#failure = new Error(outcome.failure);
      return;
    }
    this.#request('more');
    for (const { since, resolve } of this.#waiting.splice(0, 1)) {
      this.#waited += performance.now() - since;
      resolve(outcome.batch);
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

function startWorker(job: LoaderJob): Worker {
  const self = import.meta.url;
  if (!self.endsWith('.ts')) return new Worker(new URL('./crop-worker.node.js', self), { workerData: job });
  const worker = new URL('./crop-worker.node.ts', self);
  return new Worker(new URL('./typescript-worker.mjs', self), { workerData: job, argv: [worker.href], execArgv: [] });
}

function requirePositive(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`Expected the ${name} to be a whole number of at least 1 but received ${value}`);
  }
}
