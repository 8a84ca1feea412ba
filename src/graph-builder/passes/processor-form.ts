import type { Graph } from '../ir/value.ts';
import { blockConvolutions } from './block-convolutions.ts';
import { winogradConvolutions } from './winograd-convolutions.ts';

/** A training graph of one photograph in the form that is the fastest one on CPUs; the function stays the same. */
export function processorForm(graph: Graph): Graph {
  return winogradConvolutions(blockConvolutions(graph));
}
