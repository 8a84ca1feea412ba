import { staticShape } from '../graph-builder/ir/dimension.ts';
import { bytesOf } from '../graph-builder/ir/peak-bytes.ts';
import { bodyResults, sortResults } from '../graph-builder/ir/sort-nodes.ts';
import { elementCount } from '../graph-builder/ir/tensor.ts';
import type { Graph, Node, ResultValue, Value } from '../graph-builder/ir/value.ts';
import { required } from '../graph-builder/operators/inference.ts';

/** What running a graph once takes, roughly: additions, and what caches save, are left out. */
export interface Cost {
  /** Of convolutions and matrix products. */
  readonly multiplications: number;
  /** That operators write: the sizes of all their results. */
  readonly bytes: number;
}

/**
 * The cost of a graph.
 * @throws if the size of a result, or how often a loop runs, is not known before the graph runs
 */
export function costOf(graph: Graph): Cost {
  return sumOf(sortResults(graph.outputs.map(({ value }) => value)));
}

function sumOf(results: readonly ResultValue[]): Cost {
  return results.reduce(
    (sum, result) => {
      const { multiplications, bytes } = result.node.operator === 'Loop' ? loopCost(result) : operatorCost(result);
      return { multiplications: sum.multiplications + multiplications, bytes: sum.bytes + bytes };
    },
    { multiplications: 0, bytes: 0 },
  );
}

/** All of a loop's work counts with its first output. */
function loopCost(result: ResultValue): Cost {
  const { node, output } = result;
  if (node.operator !== 'Loop' || output > 0) return { multiplications: 0, bytes: bytesOf(result) };
  const [count] = required(node.inputs, 0).contents ?? [];
  if (typeof count !== 'number')
    throw new Error(`Expected a known number of iterations of ${node.attributes.body.name}`);
  const once = sumOf(bodyResults(node.attributes.body));
  return { multiplications: count * once.multiplications, bytes: count * once.bytes + bytesOf(result) };
}

function operatorCost(result: ResultValue): Cost {
  return { multiplications: multiplicationsOf(result), bytes: bytesOf(result) };
}

function multiplicationsOf({ node, shape }: ResultValue): number {
  const outputs = () => elementCount(staticShape(shape, 'the cost of a graph'));
  switch (node.operator) {
    case 'Conv':
      return outputs() * perOutput(required(node.inputs, 1), [1, 2, 3]);
    case 'ConvTranspose':
      return (
        elementCount(staticShape(required(node.inputs, 0).shape, 'the cost of a graph')) *
        perOutput(required(node.inputs, 1), [1, 2, 3])
      );
    case 'MatMul':
      return outputs() * innerSize(node);
    default:
      return 0;
  }
}

/** The product of some of a weight's axes: how many of its entries each output, or each input, meets. */
function perOutput({ shape }: Value, axes: readonly number[]): number {
  return axes.reduce((product, axis) => product * Number(shape[axis]), 1);
}

function innerSize({ inputs }: Node<'MatMul'>): number {
  return Number(required(inputs, 0).shape.at(-1));
}
