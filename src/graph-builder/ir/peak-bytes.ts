import { staticShape } from './dimension.ts';
import { operandsOf, sortResults } from './sort-nodes.ts';
import { type DataType, elementCount } from './tensor.ts';
import type { Graph, ResultValue, Value } from './value.ts';

const bytesOfElement: Readonly<Record<DataType, number>> = {
  float32: 4,
  float16: 2,
  int64: 8,
  int32: 4,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/**
 * How many bytes a graph's results take at most at a time, if they are computed in the order of its nodes and each is kept
 * until it was last read. Neither inputs nor constants are counted, nor what an operator needs for itself.
 * @throws if the shape of a result is not known before the graph runs
 */
export function peakBytes(graph: Graph): number {
  const results = sortResults(graph.outputs.map(({ value }) => value));
  const lastReads = new Map<Value, number>();
  results.forEach((result, index) => {
    for (const value of [result, ...operandsOf(result.node)]) lastReads.set(holder(value), index);
  });
  for (const { value } of graph.outputs) lastReads.set(holder(value), results.length);
  const freed = results.map((): ResultValue[] => []);
  for (const [value, index] of lastReads) if (value.kind === 'result') freed[index]?.push(value);
  let held = 0;
  let most = 0;
  results.forEach((result, index) => {
    if (holder(result) === result) held += bytesOf(result);
    most = Math.max(most, held);
    for (const value of freed[index] ?? []) held -= bytesOf(value);
  });
  return most;
}

/** Whose memory a value lies in: a new shape is no copy. */
function holder(value: Value): Value {
  let current = value;
  while (current.kind === 'result' && (current.node.operator === 'Reshape' || current.node.operator === 'Identity')) {
    const [source] = current.node.inputs;
    if (!source) break;
    current = source;
  }
  return current;
}

/**
 * The bytes of a result.
 * @throws if its shape is not known before the graph runs
 */
export function bytesOf({ type, shape }: ResultValue): number {
  return bytesOfElement[type] * elementCount(staticShape(shape, 'an estimate of the memory'));
}
