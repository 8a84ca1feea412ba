import type { Graph } from '../graph-builder/ir/value.ts';
import { foldSizes } from './constant-folding.ts';
import { lower } from './lower.ts';

/**
 * A transform network with its enlarging convolutions and its last one in cheaper forms; the function stays the same.
 * Weights stay as they are, and what becomes of them is left to the runtime, which computes it once, when the model is
 * loaded: so the file is as small as before. What changes weights, or looks for whole convolutions, comes after this and
 * before `lower(graph, 'file', ['layout'])`.
 */
export function lowerForInference(graph: Graph): Graph {
  return lower(foldSizes(graph), 'file', ['forward', 'arithmetic']);
}
