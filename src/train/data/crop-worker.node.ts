/** The thread that decodes photographs: started by loader.node.ts with a BatchPlan as its workerData. */
import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { type BatchPlan, photographBatches } from './batches.node.ts';

// The training has the cores: libvips need not split one photograph over several threads.
sharp.concurrency(1);

if (parentPort === null) throw new Error('Expected crop-worker to be started as a worker thread, by the loader');
const loader = parentPort;
const plan: BatchPlan = workerData;
const batches = photographBatches(plan);

// Each message asks for one more batch, so the worker runs ahead exactly as far as the loader has room.
for await (const _request of on(loader, 'message')) {
  const { value, done } = await batches.next();
  if (done) break;
  loader.postMessage(value, 'batch' in value ? [value.batch.data.buffer] : []);
}
loader.close();
