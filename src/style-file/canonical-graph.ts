import { operandsOf, sortNodes } from '../graph-builder/ir/sort-nodes.ts';
import { type FloatTensor, isFloatTensor } from '../graph-builder/ir/tensor.ts';
import type { Graph } from '../graph-builder/ir/value.ts';
import { inferenceGraph } from '../graph-builder/networks/inference-network.ts';
import {
  type TransformNetworkOptions,
  transformNetworkParameters,
} from '../graph-builder/networks/transform-network.ts';
import { readMetadata } from '../graph-builder/onnx/onnx-file.ts';
import { readGraph } from '../graph-builder/onnx/read-graph.ts';
import { earlierOptions } from '../lowering/export/export-passes.ts';
import { networkKey } from '../lowering/inference-model.ts';
import { fullPrecisionWeights } from '../lowering/precision/half-precision-weights.ts';
import { networkSchema, trainingConfigurationSchema } from './training-configuration.ts';

/** A transform network as a file holds it. */
export interface StoredNetwork {
  readonly network: TransformNetworkOptions;
  /** The network's parameters by name. */
  readonly parameters: ReadonlyMap<string, FloatTensor>;
}

/**
 * The network of a model that impasto wrote, built anew from its options and its weights: as if it had never been lowered.
 * @returns undefined for other models, and for exports whose weights or pictures are others (int8, rgba8, one size)
 * @throws if the bytes are no ONNX model
 */
export function canonicalGraph(model: Uint8Array): Graph | undefined {
  const stored = storedNetwork(model);
  return stored && inferenceGraph(stored.network, stored.parameters);
}

/** @returns undefined where `canonicalGraph` does */
export function storedNetwork(model: Uint8Array): StoredNetwork | undefined {
  const network = networkOptions(readMetadata(model));
  const { precision, size, io } = earlierOptions(model);
  if (!network || precision === 'int8' || size || io) return undefined;
  const constants = namedConstants(fullPrecisionWeights(readGraph(model)));
  const parameters = transformNetworkParameters(network).flatMap(({ name, shape }) => {
    const tensor = constants.get(name);
    return tensor?.shape.join() === shape.join() ? [[name, tensor] as const] : [];
  });
  if (parameters.length < transformNetworkParameters(network).length) return undefined;
  return { network, parameters: new Map(parameters) };
}

/** Files of earlier versions have the options in the recipe of their training alone. */
function networkOptions({
  [networkKey]: options,
  recipe,
}: Readonly<Record<string, string>>): TransformNetworkOptions | undefined {
  if (options !== undefined) return networkSchema.safeParse(parseJson(options)).data;
  return trainingConfigurationSchema.pick({ network: true }).safeParse(parseJson(recipe ?? '')).data?.network;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function namedConstants(graph: Graph): ReadonlyMap<string, FloatTensor> {
  const named = new Map<string, FloatTensor>();
  for (const value of sortNodes(graph).flatMap(operandsOf)) {
    if (value.kind !== 'constant' || value.name === undefined) continue;
    const { tensor, name } = value;
    if (isFloatTensor(tensor)) named.set(name, tensor);
  }
  return named;
}
