import { operandsOf, sortNodes } from '../graph-builder/ir/sort-nodes.ts';
import type { ConstantValue, Graph, Value } from '../graph-builder/ir/value.ts';
import { rewriteGraph } from '../graph-builder/operators/rewrite.ts';

/** Keeps equal constants without names (sizes of borders, scales, zero points) once in the file. */
export function shareConstants(graph: Graph): Graph {
  const first = new Map<string, Value>();
  const substitutes = new Map<Value, Value>();
  for (const value of sortNodes(graph).flatMap(operandsOf)) {
    if (value.kind !== 'constant' || value.name !== undefined) continue;
    const key = contentKey(value);
    const known = first.get(key);
    if (known === undefined) first.set(key, value);
    else substitutes.set(value, known);
  }
  return rewriteGraph(graph, () => undefined, substitutes);
}

function contentKey({ tensor: { type, shape, data } }: ConstantValue): string {
  return `${type} [${shape}] ${new Uint8Array(data.buffer, data.byteOffset, data.byteLength).join()}`;
}
