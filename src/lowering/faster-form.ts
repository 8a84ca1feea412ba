import type { Graph } from '../graph-builder/ir/value.ts';
import { foldSizes } from './constant-folding.ts';
import { lower } from './lower.ts';
import { joinedChannels } from './rules/channel-groups.ts';
import { joinedInterleaving } from './rules/interleaving.ts';

/**
 * A transform network with its enlarging convolutions and its last one in cheaper forms; the function stays the same.
 * Weights stay as they are, and what becomes of them is left to the runtime, which computes it once, when the model is
 * loaded: so the file is as small as before. Done twice it changes nothing.
 */
export function fasterForm(graph: Graph): Graph {
  return lower(foldSizes(joinedChannels(joinedInterleaving(graph))), 'file', ['forward', 'arithmetic']);
}

/** A network in its faster form as it is written: in pieces that take the runtime less memory and time. */
export function writtenForm(graph: Graph): Graph {
  return lower(graph, 'file', ['layout']);
}
