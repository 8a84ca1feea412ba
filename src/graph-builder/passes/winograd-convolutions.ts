import type { FloatTensor } from '../ir/tensor.ts';
import { constant, type Graph, type Node, type ResultValue, type Value } from '../ir/value.ts';
import { add, reshape } from '../operators/index.ts';
import { fitsWinograd, winogradConvolution, winogradWeight } from '../operators/winograd.ts';
import { frozenTensor } from './frozen-tensor.ts';
import { rewriteGraph } from './rewrite.ts';

/** With fewer channels the transforms of the tiles cost more than they save (`yarn bench winograd`). */
const fewestChannels = 128;

/**
 * Computes the frozen 3×3 convolutions of many channels in Winograd's form: the loss network's, forward and backward.
 * The function stays the same but for float32 rounding (about 1e-6 of the result). For the CPU, whose kernels convolve
 * directly; GPU libraries choose such forms themselves.
 */
export function winogradConvolutions(graph: Graph): Graph {
  const transformed = new Map<Value, Value>();
  const transform = (weight: Value, frozen: FloatTensor): Value => {
    const known = transformed.get(weight) ?? constant(winogradWeight(frozen));
    transformed.set(weight, known);
    return known;
  };
  return rewriteGraph(graph, (node, output) =>
    node.operator === 'Conv' ? replacement(node, output, transform) : undefined,
  );
}

function replacement(
  { inputs, attributes }: Node<'Conv'>,
  output: ResultValue,
  transform: (weight: Value, frozen: FloatTensor) => Value,
): Value | undefined {
  const [x, weight, bias] = inputs;
  const frozen = weight ? frozenTensor(weight) : undefined;
  if (!x || !weight || !frozen || !fitsWinograd(output, attributes)) return undefined;
  const [outputs = 0, channels = 0] = frozen.shape;
  if (Math.min(outputs, channels) < fewestChannels) return undefined;
  const convolved = winogradConvolution(x, transform(weight, frozen), attributes.pads);
  return bias ? add(convolved, reshape(bias, [1, outputs, 1, 1])) : convolved;
}
