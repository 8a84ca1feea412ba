import ort from 'onnxruntime-node';
import type { Graph } from '../../src/graph-builder/ir/value.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { halfToNumber, type NumberTensor, type NumberTensors, numberTensor } from './number-tensor.ts';

type SessionOptions = ort.InferenceSession.SessionOptions;

/** What a session and its tensors are, in onnxruntime-node and onnxruntime-web alike. */
interface Runtime {
  readonly InferenceSession: Pick<typeof ort.InferenceSession, 'create'>;
  readonly Tensor: typeof ort.Tensor;
}

/** A loaded graph that runs on one set of inputs after another; release it at the end. */
export interface LoadedGraph {
  readonly run: (inputs: NumberTensors) => Promise<NumberTensors>;
  readonly release: () => Promise<void>;
}

/** Serialises a graph and loads it into ONNX Runtime (by default the CPU provider of onnxruntime-node). */
export async function loadGraph(
  graph: Graph,
  options: SessionOptions = {},
  runtime: Runtime = ort,
): Promise<LoadedGraph> {
  const session = await runtime.InferenceSession.create(writeOnnx(graph), {
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
    ...options,
  });
  const run = async (inputs: NumberTensors) => {
    const feeds = Object.entries(inputs).map(([name, tensor]) => [name, toRuntime(tensor, runtime)] as const);
    const results = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromRuntime(tensor)] as const));
  };
  return { run, release: () => session.release() };
}

/** Runs a graph once in ONNX Runtime and releases its session. */
export async function runGraph(
  graph: Graph,
  inputs: NumberTensors,
  options: SessionOptions = {},
  runtime: Runtime = ort,
): Promise<NumberTensors> {
  const loaded = await loadGraph(graph, options, runtime);
  try {
    return await loaded.run(inputs);
  } finally {
    await loaded.release();
  }
}

function toRuntime({ type, shape, data }: NumberTensor, { Tensor }: Runtime): ort.Tensor {
  switch (type) {
    case 'float32':
      return new Tensor('float32', Float32Array.from(data), shape);
    case 'int64':
      return new Tensor('int64', BigInt64Array.from(data, BigInt), shape);
    case 'int32':
      return new Tensor('int32', Int32Array.from(data), shape);
    case 'int8':
      return new Tensor('int8', Int8Array.from(data), shape);
    case 'bool':
      return new Tensor('bool', Uint8Array.from(data), shape);
    case 'uint8':
      return new Tensor('uint8', Uint8Array.from(data), shape);
    case 'float16':
      throw new Error('Expected no float16 input: tests cast inside the graph');
  }
}

function fromRuntime({ type, dims, data }: ort.Tensor): NumberTensor {
  switch (type) {
    case 'float32':
    case 'int64':
    case 'int32':
    case 'int8':
    case 'bool':
    case 'uint8':
      return numberTensor(dims, Array.from<unknown, number>(data, Number), type);
    case 'float16':
      return numberTensor(
        dims,
        Array.from<unknown, number>(data, (bits) => halfToNumber(Number(bits))),
        type,
      );
    default:
      throw new Error(`Expected an output of a type that impasto uses but received ${type}`);
  }
}
