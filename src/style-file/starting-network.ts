import { operandsOf, sortNodes } from '../graph-builder/ir/sort-nodes.ts';
import { type FloatTensor, isFloatTensor } from '../graph-builder/ir/tensor.ts';
import type { Graph } from '../graph-builder/ir/value.ts';
import {
  type TransformNetworkOptions,
  transformNetworkParameters,
} from '../graph-builder/networks/transform-network.ts';
import { readGraph } from '../graph-builder/onnx/read-graph.ts';
import { fullPrecisionWeights } from '../lowering/precision/half-precision-weights.ts';
import { readStyle } from './read-style.ts';

/** A trained network that another training begins with. */
export interface StartingNetwork {
  readonly network: TransformNetworkOptions;
  /** The network's parameters by name. */
  readonly parameters: ReadonlyMap<string, FloatTensor>;
}

/**
 * The network in a model.onnx as training writes it, or in its export with half-precision weights.
 * @param path the file's name, for messages
 * @throws if it is another model, or an export whose parameters are not to be had (int8, rgba8 and ort change them)
 */
export function readStartingNetwork(model: Uint8Array, path: string): StartingNetwork {
  const { network } = readStyle(model, path).recipe;
  const constants = namedConstants(graphOf(model, path));
  const parameters = transformNetworkParameters(network).map(({ name, shape }) => {
    const tensor = constants.get(name);
    if (tensor?.shape.join() === shape.join()) return [name, tensor] as const;
    throw new Error(
      `Expected ${name} [${shape.join(', ')}] in ${path} to start a training from, but it has ${tensor ? `[${tensor.shape.join(', ')}]` : 'none'}: give the model.onnx that training wrote, not an export of it`,
    );
  });
  return { network, parameters: new Map(parameters) };
}

function graphOf(model: Uint8Array, path: string): Graph {
  try {
    return fullPrecisionWeights(readGraph(model));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path}: ${reason}`, { cause: error });
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
