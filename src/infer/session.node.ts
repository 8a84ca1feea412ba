// First, before the runtime's library is loaded.
import './disable-telemetry.node.ts';
import { cpus } from 'node:os';
import ort from 'onnxruntime-node';
import { explainCudaFailure, firstLine } from './cuda-failure.ts';
import { cudaProviderInstalled, loaderComplaint } from './cuda-provider.node.ts';
import type { ActualDevice, Device, SessionMemory } from './device.ts';

export interface SessionOptions {
  /** `auto`: CUDA where its provider is installed and works, otherwise the CPU. */
  readonly device: Device;
  /** Threads inside an operator on the CPU; by default one per core. */
  readonly threads?: number | undefined;
  /** What becomes of the memory of intermediate results on the CPU; by default it is kept. */
  readonly memory?: SessionMemory | undefined;
}

/** A session together with the device that was chosen for it. */
export interface DeviceSession {
  readonly session: ort.InferenceSession;
  readonly device: ActualDevice;
}

/**
 * Creates an ONNX Runtime session.
 * @param model bytes of an ONNX file
 * @throws one sentence: the device is not to be had (and what would make it so), or the model cannot be loaded
 */
export async function createSession(model: Uint8Array, options: SessionOptions): Promise<DeviceSession> {
  if (options.device !== 'auto') return createOn(options.device, model, options);
  if (cudaProviderInstalled()) {
    try {
      return await createOn('cuda', model, options);
    } catch {
      // auto promises a working session, not CUDA: a model that cannot be loaded at all fails again below.
    }
  }
  return createOn('cpu', model, options);
}

/** A session that writes outputs into the tensors it is given for them. */
export interface WritingSession {
  run(feeds: Tensors, fetches?: Readonly<Record<string, ort.Tensor | null>>): Promise<Tensors>;
  release(): Promise<void>;
}

type Tensors = Readonly<Record<string, ort.Tensor>>;

/** As createSession, for callers that give tensors for the outputs. */
export async function createWritingSession(model: Uint8Array, options: SessionOptions): Promise<WritingSession> {
  return writingSession((await createSession(model, options)).session);
}

/**
 * A session that takes tensors for its outputs. onnxruntime-node passes over such tensors without a word unless they are
 * of its own copy of onnxruntime-common's class, which is not the one that ES modules import.
 */
export function writingSession(session: ort.InferenceSession): WritingSession {
  return {
    run: (feeds, fetches) => (fetches ? session.run(feeds, ownTensors(fetches)) : session.run(feeds)),
    release: () => session.release(),
  };
}

function ownTensors(fetches: Readonly<Record<string, ort.Tensor | null>>): Record<string, ort.Tensor | null> {
  const entries = Object.entries(fetches).map(([name, tensor]) => {
    if (tensor === null || !(tensor.data instanceof Float32Array)) return [name, null] as const;
    return [name, new ort.Tensor('float32', tensor.data, tensor.dims)] as const;
  });
  return Object.fromEntries(entries);
}

async function createOn(
  device: ActualDevice,
  model: Uint8Array,
  { threads = cpus().length, memory = 'kept' }: SessionOptions,
): Promise<DeviceSession> {
  // Errors come as exceptions; the runtime's own log lines beside them would only repeat them. Without a Vulkan driver
  // there are two all the same: the WebGPU provider's library, Dawn, writes them to stderr past ONNX Runtime's log.
  ort.env.logLevel = 'fatal';
  try {
    const session = await ort.InferenceSession.create(model, {
      executionProviders: [device],
      intraOpNumThreads: threads,
      // A plan of the memory saves no time, and what the first run took without one is kept beside it.
      enableMemPattern: false,
      enableCpuMemArena: memory !== 'returned',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
    });
    return { session, device };
  } catch (error) {
    throw new Error(explain(device, error instanceof Error ? error.message : String(error)), { cause: error });
  }
}

function explain(device: ActualDevice, reason: string): string {
  if (device === 'cuda') {
    const failure = explainCudaFailure((/Failed to load shared library/.test(reason) && loaderComplaint()) || reason);
    if (failure !== undefined) return failure;
  }
  if (device === 'webgpu' && /adapter/i.test(reason)) {
    return 'Expected a GPU with a Vulkan driver for --device webgpu but found no adapter; use --device cpu';
  }
  if (/protobuf parsing failed|model data pointer is null|no graph was found/i.test(reason)) {
    return 'Expected an ONNX model but received a file that is not one (damaged, cut short, or another format)';
  }
  return `ONNX Runtime could not load the model: ${firstLine(reason)}`;
}
