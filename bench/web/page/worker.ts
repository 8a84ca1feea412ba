import { type InferenceSession, Tensor } from 'onnxruntime-common';
import { wasmRuntime } from '../../../src/infer/open-stylizer.browser.ts';
import { runtimeFiles } from '../../../web/src/worker/runtime-files.ts';
import type { BenchRequest } from './main.ts';

let session: InferenceSession | undefined;

self.addEventListener('message', async ({ data }: MessageEvent<BenchRequest>) => {
  if ('threads' in data) await open(data.threads);
  self.postMessage('side' in data ? await paint(data.side) : 0);
});

async function open(threads: number): Promise<void> {
  const response = await fetch('/model.onnx');
  const runtime = await wasmRuntime(runtimeFiles, threads);
  session = await runtime.createSession(new Uint8Array(await response.arrayBuffer()));
}

/** The seconds that a picture takes. */
async function paint(side: number): Promise<number> {
  const pixels = new Float32Array(3 * side * side).map(() => Math.random() * 255);
  const began = performance.now();
  await session?.run({ image: new Tensor('float32', pixels, [1, 3, side, side]) });
  return (performance.now() - began) / 1000;
}
