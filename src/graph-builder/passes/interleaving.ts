import { intTensor } from '../ir/tensor.ts';
import { constant, type Graph, type Node, type ResultValue, type Value } from '../ir/value.ts';
import { concat, mul, reshape, shapeOf, slice, transpose } from '../operators/index.ts';
import { rewriteGraph } from './rewrite.ts';

/**
 * Computes DepthToSpace as two transpositions, each of which moves a single axis: first the rows of a block, then its
 * columns. On the CPU the operator itself takes up to six times as long, the more the larger the picture (`yarn bench
 * infer`). The function stays the same.
 */
export function transposedInterleaving(graph: Graph): Graph {
  return rewriteGraph(graph, (node, output) =>
    node.operator === 'DepthToSpace' && node.attributes.mode === 'DCR' ? interleaved(node, output) : undefined,
  );
}

function interleaved(
  { inputs: [x], attributes: { blocksize } }: Node<'DepthToSpace'>,
  { shape }: ResultValue,
): Value | undefined {
  if (!x) return undefined;
  const rows = transpose(reshape(x, [0, blocksize, -1, 0]), [0, 2, 1, 3]);
  const pixels = transpose(reshape(rows, [0, blocksize, -1, 0]), [0, 2, 3, 1]);
  return reshape(pixels, sizesOf(x, shape, blocksize));
}

/** The shape as numbers where it is known, otherwise computed from that of the picture before. */
function sizesOf(x: Value, shape: ResultValue['shape'], blocksize: number): Value | readonly number[] {
  const numbers = shape.filter((size) => typeof size === 'number');
  if (numbers.length === shape.length) return numbers;
  const sides = slice(shapeOf(x), { axes: [0], starts: [2], ends: [4] });
  const enlarged = mul(sides, constant(intTensor([blocksize, blocksize])));
  return concat([constant(intTensor([0, Number(shape[1])])), enlarged], 0);
}
