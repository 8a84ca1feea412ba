import { type StoredNetwork, storedNetwork } from './canonical-graph.ts';
import { readStyle } from './read-style.ts';

/**
 * The network in a model.onnx as training writes it, or in its export with half-precision weights: what another training
 * begins with.
 * @param path the file's name, for messages
 * @throws if it is another model, or an export whose parameters are not to be had (int8, rgba8, one size, ort)
 */
export function readStartingNetwork(model: Uint8Array, path: string): StoredNetwork {
  readStyle(model, path);
  const stored = storedNetworkOf(model, path);
  if (stored) return stored;
  throw new Error(
    `Expected the parameters of a network in ${path} to start a training from, but it is an export of one: give the model.onnx that training wrote`,
  );
}

function storedNetworkOf(model: Uint8Array, path: string): StoredNetwork | undefined {
  try {
    return storedNetwork(model);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path}: ${reason}`, { cause: error });
  }
}
