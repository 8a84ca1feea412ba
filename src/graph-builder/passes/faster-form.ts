import type { Graph } from '../ir/value.ts';
import { blockConvolutions } from './block-convolutions.ts';
import { groupedChannels, joinedChannels } from './channel-groups.ts';
import { foldSizes } from './constant-folding.ts';
import { joinedInterleaving, transposedInterleaving } from './interleaving.ts';
import { subpixelConvolutions } from './subpixel-convolutions.ts';

/**
 * A transform network with its enlarging convolutions and its last one in cheaper forms; the function stays the same.
 * Weights stay as they are, and what becomes of them is left to the runtime, which computes it once, when the model is
 * loaded: so the file is as small as before. Done twice it changes nothing.
 */
export function fasterForm(graph: Graph): Graph {
  return blockConvolutions(subpixelConvolutions(foldSizes(joinedChannels(joinedInterleaving(graph)))));
}

/** A network in its faster form as it is written: in pieces that take the runtime less memory and time. */
export function writtenForm(graph: Graph): Graph {
  return transposedInterleaving(groupedChannels(graph));
}
