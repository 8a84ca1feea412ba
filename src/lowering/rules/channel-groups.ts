import type { Node, Value } from '../../graph-builder/ir/value.ts';
import { add, conv, reshape, slice } from '../../graph-builder/operators/index.ts';
import { required } from '../../graph-builder/operators/inference.ts';
import { reapply } from '../../graph-builder/operators/rewrite.ts';
import type { LoweringRule } from '../rule.ts';

/**
 * Computes the largest results, those between the first convolution and the second and between the last two, for a few
 * channels at a time: a convolution is the sum of those over groups of its channels, and what stands before it works on
 * each channel by itself. At the picture's full size nothing has more than sixteen channels then, and towards the end
 * eight, so that a network of 32 needs half the memory. Other
 * rules look for the convolutions as a whole.
 */
export const channelGroups: LoweringRule = {
  name: 'channel-groups',
  stage: 'layout',
  targets: ['file'],
  after: [],
  rewriter: () => (node) => (node.operator === 'Conv' ? grouped(node) : undefined),
};

function grouped(node: Node<'Conv'>): Value | undefined {
  const [x, weight, bias = null] = node.inputs;
  const producer = x && producerOf(x);
  if (!x || !weight || !producer || growthOf(producer.convolution) <= 1 || growthOf(node) >= 1) return undefined;
  const channels = Number(x.shape[1]);
  const size = groupSizeOf(producer);
  if (channels <= size || channels % size !== 0) return undefined;
  const starts = Array.from({ length: channels / size }, (_, group) => group * size);
  const parts = starts.map((start) => {
    const window = { starts: [start], ends: [start + size] };
    const part = withArrays(x, (array, phases) => groupOf(array, phases, window));
    const own = slice(weight, { axes: [1], ...window });
    return conv(part, own, start === 0 ? bias : null, node.attributes);
  });
  return parts.reduce(add);
}

/**
 * ONNX Runtime stores as many channels together as a register of AVX-512 holds floats, sixteen. Of the channels that are
 * to become pixels there are several for each, so that fewer of these are enough.
 */
function groupSizeOf({ phases }: Producer): number {
  return phases === 1 ? 16 : 8;
}

/** How many values a convolution makes of each that it reads. */
function growthOf({ inputs, attributes: { strides } }: Node<'Conv'>): number {
  const [outputs = 0, channels = 0] = required(inputs, 1).shape.map(Number);
  return outputs / strides.reduce((product, stride) => product * stride, channels);
}

/** The convolution that a value comes from, and how many of its channels become one of the value's. */
interface Producer {
  readonly convolution: Node<'Conv'>;
  readonly phases: number;
}

/** Found by going back through operators that keep channels apart. */
function producerOf(value: Value, phases = 1): Producer | undefined {
  if (value.kind !== 'result') return undefined;
  const { node } = value;
  if (node.operator === 'Conv') return { convolution: node, phases };
  return keepsChannelsApart(node) ? producerOf(required(node.inputs, 0), phases * phasesOf(node)) : undefined;
}

/** How many channels an operator makes one of, as pixels of a block. */
function phasesOf(node: Node): number {
  return node.operator === 'DepthToSpace' ? node.attributes.blocksize ** 2 : 1;
}

function keepsChannelsApart({ operator }: Node): boolean {
  return ['Pad', 'Relu', 'InstanceNormalization', 'DepthToSpace'].includes(operator);
}

/** What takes the place of an array [phases · channels, …]: of each channel it has an entry for each pixel of a block. */
type ArrayRule = (array: Value, phases: number) => Value;

/** A value with other arrays in the place of its convolution's and its normalisation's. */
function withArrays(value: Value, rule: ArrayRule, phases = 1): Value {
  if (value.kind !== 'result') return value;
  const { node } = value;
  const [x, ...others] = node.inputs;
  if (!x) return value;
  const arrays = others.map((array) => array && rule(array, phases));
  if (node.operator === 'Conv') return reapply({ ...node, inputs: [x, ...arrays] });
  const before = withArrays(x, rule, phases * phasesOf(node));
  return reapply({ ...node, inputs: [before, ...(node.operator === 'InstanceNormalization' ? arrays : others)] });
}

/** The part of an array that belongs to the channels of one group. */
function groupOf(array: Value, phases: number, window: { starts: number[]; ends: number[] }): Value {
  const [entries = 0, ...rest] = array.shape.map(Number);
  if (phases === 1) return slice(array, { axes: [0], ...window });
  const split = reshape(array, [phases, entries / phases, ...rest]);
  const part = slice(split, { axes: [1], ...window });
  return reshape(part, [phases * Number(part.shape[1]), ...rest]);
}
