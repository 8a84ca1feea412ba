import asyncifyScript from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import threadedScript from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import threadedWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { RuntimeFiles } from '../../../src/infer/open-stylizer.browser.ts';

const absolute = (path: string) => new URL(path, import.meta.url).href;

/** ONNX Runtime's files on our own host, their names hashed by the build. */
export const runtimeFiles: RuntimeFiles = {
  webgpu: { mjs: absolute(asyncifyScript), wasm: absolute(asyncifyWasm) },
  wasm: { mjs: absolute(threadedScript), wasm: absolute(threadedWasm) },
};
