import type { Tensor } from '../graph-builder/ir/tensor.ts';
import type { Graph } from '../graph-builder/ir/value.ts';
import { inferenceGraph } from '../graph-builder/networks/inference-network.ts';
import type { TransformNetworkOptions } from '../graph-builder/networks/transform-network.ts';
import { writeOnnx } from '../graph-builder/onnx/onnx-file.ts';
import { lower } from './lower.ts';
import { lowerForInference } from './lower-for-inference.ts';
import { shareConstants } from './shared-constants.ts';

/** The entry of `metadata_props` that holds the options of a file's network, as JSON: with them it can be built anew. */
export const networkKey = 'network';

/** The graph that model.onnx holds: `inferenceGraph`, lowered for any runtime. */
export function inferenceModel(
  options: TransformNetworkOptions,
  parameters: ReadonlyMap<string, Tensor<'float32'>>,
): Graph {
  return shareConstants(lower(lowerForInference(inferenceGraph(options, parameters)), 'file', ['layout']));
}

/** The bytes of model.onnx, with the network's options among its metadata. */
export function writeInferenceModel(
  options: TransformNetworkOptions,
  parameters: ReadonlyMap<string, Tensor<'float32'>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  return writeOnnx(inferenceModel(options, parameters), { ...metadata, [networkKey]: JSON.stringify(options) });
}
