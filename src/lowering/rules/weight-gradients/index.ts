import type { ConvolutionAttributes, Node, Value, WindowAttributes } from '../../../graph-builder/ir/value.ts';
import type { LoweringRule } from '../../rule.ts';
import { convolutionWeightGradient } from './weight-gradient.ts';

/**
 * Computes the gradient of a convolution's weight, which autodiff writes as a convolution with a whole picture as its kernel,
 * by matrix products: in Winograd's tiles, in blocks of pixels, or one product for each position of the kernel.
 */
export const weightGradients: LoweringRule = {
  name: 'weight-gradients',
  stage: 'arithmetic',
  targets: ['cpu', 'wasm', 'cuda', 'webgpu', 'file'],
  after: [],
  rewriter: () => (node, output) => {
    if (node.operator !== 'Transpose') return undefined;
    const found = weightGradientOf(node, output.shape.slice(2).map(Number));
    return found && convolutionWeightGradient(found.x, found.dy, found.attributes);
  },
};

interface WeightGradient {
  readonly x: Value;
  readonly dy: Value;
  /** The window of the convolution whose weight it is. */
  readonly attributes: WindowAttributes;
}

/** Samples and channels exchanged, of x, dy and the result: see `convolutionWeightGradient` of autodiff. */
function weightGradientOf(node: Node<'Transpose'>, kernel: readonly number[]): WeightGradient | undefined {
  const whole = exchanged(node);
  const convolution =
    whole && convolutionOf(whole.kind === 'result' && whole.node.operator === 'Slice' ? whole.node.inputs[0] : whole);
  if (!convolution) return undefined;
  const [x, dy] = convolution.inputs.map((value) =>
    value?.kind === 'result' && value.node.operator === 'Transpose' ? exchanged(value.node) : undefined,
  );
  const { dilations, pads } = convolution.attributes;
  return x && dy && dilations ? { x, dy, attributes: { kernel_shape: kernel, strides: dilations, pads } } : undefined;
}

/** What a transposition exchanges samples and channels of, if it does. */
function exchanged({ inputs: [x], attributes: { perm } }: Node<'Transpose'>): Value | undefined {
  return perm.join() === '1,0,2,3' && x ? x : undefined;
}

function convolutionOf(
  value: Value | null | undefined,
): (Node<'Conv'> & { attributes: ConvolutionAttributes }) | undefined {
  return value?.kind === 'result' && value.node.operator === 'Conv' ? value.node : undefined;
}
