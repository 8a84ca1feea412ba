/** The thread that decodes photographs: started by loader.node.ts with a LoaderJob as its workerData. */
import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { photographBatches } from './batches.ts';
import type { LoaderJob, LoaderReply, LoaderRequest } from './loader.node.ts';
import { Photographs } from './photographs.node.ts';

/** Milliseconds after which what was learnt of the photographs is saved, within an epoch. */
const SAVE_EVERY = 5 * 60_000;

// The training has the cores: libvips need not split one photograph over several threads.
sharp.concurrency(1);

if (parentPort === null) throw new Error('Expected crop-worker to be started as a worker thread, by the loader');
const loader = parentPort;
const reply = (message: LoaderReply, transfer: ArrayBuffer[] = []) => loader.postMessage(message, transfer);

let photographs: Photographs | undefined;
let hasWarned = false;
let lastSave = performance.now();
let savedEpoch: number | undefined;

// Heard at once, even while a batch is long in coming.
loader.on('message', (request: LoaderRequest) => {
  if (request === 'close') void save().then(() => reply({ kind: 'closed' }));
});
// Each other message asks for one more batch, so the worker runs ahead exactly as far as the loader has room.
const requests = on(loader, 'message');

const job: LoaderJob = workerData;
photographs = await Photographs.open(job.source);
const batches = photographBatches(photographs, job.plan);
for await (const _request of requests) {
  const { value, done } = await batches.next();
  if (done) break;
  reply({ kind: 'outcome', outcome: value }, 'batch' in value ? [value.batch.data.buffer] : []);
  if ('batch' in value) saveNowAndThen(value.batch.epoch);
}

/** Saves at the end of each epoch and every few minutes. */
function saveNowAndThen(epoch: number): void {
  const now = performance.now();
  savedEpoch ??= epoch;
  if (epoch === savedEpoch && now - lastSave < SAVE_EVERY) return;
  savedEpoch = epoch;
  lastSave = now;
  void save();
}

/** Training goes on without the index file: that it cannot be written is told, once. */
async function save(): Promise<void> {
  try {
    await photographs?.save();
  } catch (error) {
    if (!hasWarned) reply({ kind: 'warning', sentence: error instanceof Error ? error.message : String(error) });
    hasWarned = true;
  }
}
