/** What the worker does: make the network ready for so many threads, or paint a picture of so many pixels a side. */
export type BenchRequest = { readonly threads: number } | { readonly side: number };

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

/** Asks the worker; the seconds that a picture took. For the program that opens this page. */
async function ask(request: BenchRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<number>) => resolve(data), { once: true });
    worker.addEventListener('error', ({ message }) => reject(new Error(message)), { once: true });
    worker.postMessage(request);
  });
}

Object.assign(globalThis, { ask });
