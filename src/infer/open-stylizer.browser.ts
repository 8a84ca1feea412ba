import type { Env, InferenceSession } from 'onnxruntime-common';
import type * as Ort from 'onnxruntime-web';

/** Where sessions run in a browser: on the graphics card, or on the processor. */
export type BrowserDevice = 'webgpu' | 'wasm';

/** What may be asked for. `auto`: WebGPU where there is a graphics card, otherwise wasm. */
export type WantedDevice = 'auto' | BrowserDevice;

/** Where the files of onnxruntime-web's WebAssembly are served. */
export type RuntimeFiles = Readonly<Record<BrowserDevice, Required<Env.WasmFilePaths>>>;

/** What a session is to be like. */
export interface SessionNeeds {
  /** Outputs that stay in the graphics card's memory; by default none do. */
  readonly residentOutputs?: readonly string[];
  /** Whether it works in the background: its threads then wait without keeping a core busy. */
  readonly inBackground?: boolean;
}

/** ONNX Runtime on a device. */
export interface Runtime {
  readonly device: BrowserDevice;
  /** How many threads the processor's part has. */
  readonly threads: number;
  /** Why it is not the device that was wanted; undefined if it is. */
  readonly note: string | undefined;
  /** @throws one sentence if the bytes are not a model that ONNX Runtime takes */
  createSession(model: Uint8Array, needs?: SessionNeeds): Promise<InferenceSession>;
}

/** Beyond these, threads wait for each other more than they help. */
const mostThreads = 8;

/**
 * ONNX Runtime on the device that is wanted, or on the processor if that is not to be had. Its code and its WebAssembly are
 * fetched only now. Without cross-origin isolation the processor's part has one thread.
 * @param files where its files are; by default where the bundler has put them
 */
export async function openRuntime(
  wanted: WantedDevice,
  files?: RuntimeFiles,
  threads = defaultThreads(),
): Promise<Runtime> {
  const missing = wanted === 'wasm' ? undefined : await missingWebGpu(wanted);
  if (wanted === 'wasm' || missing !== undefined) return wasmRuntime(files, threads, missing);
  const ort = await import('onnxruntime-web/webgpu');
  configure(ort, files?.webgpu, 1);
  return runtimeOf(ort, { device: 'webgpu', threads: 1, note: undefined });
}

/** ONNX Runtime on the processor. */
export async function wasmRuntime(
  files?: RuntimeFiles,
  threads = defaultThreads(),
  note: string | undefined = undefined,
): Promise<Runtime> {
  const ort = await import('onnxruntime-web/wasm');
  configure(ort, files?.wasm, threads);
  return runtimeOf(ort, { device: 'wasm', threads, note });
}

function defaultThreads(): number {
  return globalThis.crossOriginIsolated ? Math.min(mostThreads, navigator.hardwareConcurrency) : 1;
}

/** Why WebGPU is not used; undefined if it can be. A program that stands in for a card is slow: it must be asked for. */
async function missingWebGpu(wanted: WantedDevice): Promise<string | undefined> {
  // Older browsers have no `gpu`, whatever the types say.
  const gpu: GPU | undefined = navigator.gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return 'This browser offers no graphics card (WebGPU) here, so the processor is used.';
  if (wanted === 'auto' && adapter.info.isFallbackAdapter) {
    return 'WebGPU would run without a graphics card here, so the processor is used.';
  }
  return undefined;
}

function configure(ort: typeof Ort, wasmPaths: Env.WasmFilePaths | undefined, threads: number): void {
  ort.env.logLevel = 'fatal';
  if (wasmPaths) ort.env.wasm.wasmPaths = wasmPaths;
  ort.env.wasm.numThreads = threads;
}

function runtimeOf(ort: typeof Ort, about: Omit<Runtime, 'createSession'>): Runtime {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [about.device],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    // Each session would keep the most memory that it ever took, and a page keeps several styles in 4 GB.
    enableCpuMemArena: false,
    enableMemPattern: false,
  };
  return {
    ...about,
    createSession: (model, needs = {}) =>
      ort.InferenceSession.create(model, { ...options, ...optionsFor(needs) }).catch((error: Error) => {
        throw new Error(explain(error), { cause: error });
      }),
  };
}

function optionsFor({ residentOutputs = [], inBackground = false }: SessionNeeds): InferenceSession.SessionOptions {
  const locations = Object.fromEntries(residentOutputs.map((name) => [name, 'gpu-buffer' as const]));
  return {
    ...(residentOutputs.length > 0 && { preferredOutputLocation: locations }),
    ...(inBackground && { extra: { session: { intra_op: { allow_spinning: '0' } } } }),
  };
}

function explain({ message }: Error): string {
  if (/protobuf parsing failed|no graph was found|model data pointer/i.test(message)) {
    return 'Expected an ONNX model but this file is not one: it is damaged, cut short, or of another format.';
  }
  return `ONNX Runtime could not load the model: ${message.split('\n', 1)[0]}`;
}
