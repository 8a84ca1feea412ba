import type { ResultValue, Value } from '../ir/value.ts';
import { transpose } from './index.ts';

/** The last two axes swapped. */
export function transposeMatrices(value: Value): ResultValue {
  return transpose(value, swappedLastAxes(value.shape.length));
}

/** What is transposed, where a value is a matrix transposed and nothing else. */
export function transposedMatrices(value: Value): Value | undefined {
  if (value.kind !== 'result' || value.node.operator !== 'Transpose') return undefined;
  const isSwap = value.node.attributes.perm.join() === swappedLastAxes(value.shape.length).join();
  return isSwap ? (value.node.inputs[0] ?? undefined) : undefined;
}

function swappedLastAxes(rank: number): readonly number[] {
  return [...Array(rank - 2).keys(), rank - 1, rank - 2];
}
