import type { FloatTensor } from '../../graph-builder/ir/tensor.ts';
import { constant, type Node, type ResultValue, type Value } from '../../graph-builder/ir/value.ts';
import { add, reshape } from '../../graph-builder/operators/index.ts';
import { fitsWinograd, winogradConvolution, winogradWeight } from '../../graph-builder/operators/winograd.ts';
import { frozenTensor } from '../frozen-tensor.ts';
import type { LoweringRule } from '../rule.ts';
import { thresholds } from '../targets.ts';

/**
 * Computes the constant 3×3 convolutions of many channels in Winograd's form: the loss network's, forward and backward.
 * With few channels the transforms of the tiles cost more than they save.
 */
export const winogradConvolutions: LoweringRule = {
  name: 'winograd-convolutions',
  stage: 'arithmetic',
  targets: ['cpu', 'wasm'],
  after: ['weight-gradients', 'block-convolutions'],
  rewriter: () => {
    const transformed = new Map<Value, Value>();
    const transform = (weight: Value, frozen: FloatTensor): Value => {
      const known = transformed.get(weight) ?? constant(winogradWeight(frozen));
      transformed.set(weight, known);
      return known;
    };
    return (node, output) => (node.operator === 'Conv' ? replacement(node, output, transform) : undefined);
  },
};

function replacement(
  { inputs, attributes }: Node<'Conv'>,
  output: ResultValue,
  transform: (weight: Value, frozen: FloatTensor) => Value,
): Value | undefined {
  const [x, weight, bias] = inputs;
  const frozen = weight ? frozenTensor(weight) : undefined;
  if (!x || !weight || !frozen || !fitsWinograd(output, attributes)) return undefined;
  const [outputs = 0, channels = 0] = frozen.shape;
  if (Math.min(outputs, channels) < thresholds.winogradChannels) return undefined;
  const convolved = winogradConvolution(x, transform(weight, frozen), attributes.pads);
  return bias ? add(convolved, reshape(bias, [1, outputs, 1, 1])) : convolved;
}
