import { intTensor } from '../../graph-builder/ir/tensor.ts';
import { constant, type Node, type ResultValue, type Value } from '../../graph-builder/ir/value.ts';
import { concat, mul, reshape, shapeOf, slice, transpose } from '../../graph-builder/operators/index.ts';
import type { LoweringRule } from '../rule.ts';

/**
 * Computes DepthToSpace as two transpositions, each of which moves a single axis: first the rows of a block, then its
 * columns. On the CPU the operator itself takes up to six times as long, the more the larger the picture (`npm run bench
 * infer`).
 */
export const depthToSpaceAsTransposes: LoweringRule = {
  name: 'depth-to-space-as-transposes',
  stage: 'layout',
  targets: ['cpu', 'wasm', 'file'],
  after: ['channel-groups'],
  rewriter: () => (node, output) =>
    node.operator === 'DepthToSpace' && node.attributes.mode === 'DCR' ? interleaved(node, output) : undefined,
};

function interleaved(
  { inputs: [x], attributes: { blocksize } }: Node<'DepthToSpace'>,
  { shape }: ResultValue,
): Value | undefined {
  if (!x) return undefined;
  const rows = transpose(reshape(x, splitChannels(blocksize)), rowsInward);
  const pixels = transpose(reshape(rows, splitChannels(blocksize)), columnsInward);
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

/** [N, C, H, W] with the first factor of the channels as an axis of its own, the rest with the rows. */
const splitChannels = (blocksize: number): readonly number[] => [0, blocksize, -1, 0];
const rowsInward = [0, 2, 1, 3];
const columnsInward = [0, 2, 3, 1];
