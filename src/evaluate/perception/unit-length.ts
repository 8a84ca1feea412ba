import type { Value } from '../../graph-builder/ir/value.ts';
import { add, div, reduceSumSquare, sqrt } from '../../graph-builder/operators/index.ts';

/** Keeps the division finite where all channels are zero. */
const smallestNorm = 1e-8;

/** The channels of each position scaled to length 1: x / (‖x‖ + ε), ‖x‖ over axis 1. */
export function unitLength(x: Value): Value {
  return div(x, add(sqrt(reduceSumSquare(x, [1], 1)), smallestNorm));
}
