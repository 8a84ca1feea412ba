import { staticShape } from '../src/graph-builder/ir/dimension.ts';
import { sortResults } from '../src/graph-builder/ir/sort-nodes.ts';
import type { Graph, ResultValue } from '../src/graph-builder/ir/value.ts';

/** Floating-point operations of a graph's convolutions and matrix products, two a multiplication, computed directly. */
export function floatingPointOperations(graph: Graph): number {
  return sortResults(graph.outputs.map(({ value }) => value)).reduce((sum, value) => sum + operationsOf(value), 0);
}

function operationsOf({ node, shape }: ResultValue): number {
  const outputs = product(staticShape(shape, 'counting operations'));
  const operand = (index: number) => staticShape(node.inputs[index]?.shape ?? [], 'counting operations');
  switch (node.operator) {
    case 'Conv':
      return 2 * outputs * product(operand(1).slice(1));
    case 'ConvTranspose':
      return 2 * product(operand(0)) * product(operand(1).slice(1));
    case 'MatMul':
      return 2 * outputs * (operand(0).at(-1) ?? 0);
    default:
      return 0;
  }
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
