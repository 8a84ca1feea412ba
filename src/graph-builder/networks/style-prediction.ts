import { inScope, scopedName } from '../ir/scope.ts';
import { input, type Value } from '../ir/value.ts';
import { add, matMul, mul, relu, reshape, slice } from '../operators/index.ts';
import { inputParameters, type ParameterShape, type ParameterSource } from './parameters.ts';
import { type TransformNetworkOptions, transformNetworkParameters } from './transform-network.ts';

/** How a style is predicted from what the loss network sees in a painting. */
export interface StylePredictionOptions {
  /** D: how many numbers describe a painting (see `descriptorLength`). */
  readonly descriptor: number;
  /** B: the numbers that a style comes from. */
  readonly bottleneck: number;
}

/** A painting's scales and biases: the parameters in which styles of one base differ, in the order of the layers. */
export function styleParameters(network: TransformNetworkOptions): readonly ParameterShape[] {
  return transformNetworkParameters(network).filter(({ name }) => isStyleParameter(name));
}

/** All trainable arrays of a base: those of its transform network, then those of the prediction. */
export function baseParameters(
  network: TransformNetworkOptions,
  prediction: StylePredictionOptions,
): readonly ParameterShape[] {
  const { source, inputs } = inputParameters();
  predictedDifferences(input('descriptor', 'float32', [prediction.descriptor, 1]), network, prediction, source);
  return [
    ...transformNetworkParameters(network),
    ...inputs.map(({ name, shape }) => ({ name, shape: shape.map(Number) })),
  ];
}

/** Whether a parameter belongs to an instance normalisation, such as `residual.1.norm2.scale`. */
export function isStyleParameter(name: string): boolean {
  return /\.norm\d\.(scale|bias)$/.test(name);
}

/**
 * What a painting adds to the scales and biases of the base: W₂ · relu(W₁ · d + b₁), one number for each of
 * `styleParameters`, in their order (cf. Ghiasi et al., "Exploring the structure of a real-time, arbitrary neural artistic
 * stylization network", 2017). Both products are divided by the root of their fan-in, so that one step of Adam moves a
 * prediction as little as it moves a scale (the equalised learning rate of Karras et al. 2018).
 * @param descriptor d [D, 1], standardised
 * @returns [K, 1]
 */
export function predictedDifferences(
  descriptor: Value,
  network: TransformNetworkOptions,
  options: StylePredictionOptions,
  parameter: ParameterSource,
): Value {
  const count = styleParameters(network).reduce((sum, { shape: [length = 0] }) => sum + length, 0);
  return inScope('prediction', () => {
    const hidden = inScope('bottleneck', () =>
      relu(
        add(
          linear(descriptor, parameter('weight', [options.bottleneck, options.descriptor]), options.descriptor),
          parameter('bias', [options.bottleneck, 1]),
        ),
      ),
    );
    return inScope('differences', () =>
      linear(hidden, parameter('weight', [count, options.bottleneck]), options.bottleneck),
    );
  });
}

function linear(x: Value, weight: Value, fanIn: number): Value {
  return mul(matMul(weight, x), 1 / Math.sqrt(fanIn));
}

/**
 * The parameters of a base for one painting: those of `base`, scales and biases with the painting's differences added.
 * @param differences [K, 1], as `predictedDifferences` gives them
 */
export function withDifferences(
  base: ParameterSource,
  differences: Value,
  network: TransformNetworkOptions,
): ParameterSource {
  const offsets = new Map<string, number>();
  let end = 0;
  for (const { name, shape } of styleParameters(network)) {
    offsets.set(name, end);
    end += shape[0] ?? 0;
  }
  return (name, shape) => {
    const value = base(name, shape);
    const offset = offsets.get(scopedName(name));
    if (offset === undefined) return value;
    const [length = 0] = shape;
    const difference = slice(differences, { axes: [0], starts: [offset], ends: [offset + length] });
    return add(value, reshape(difference, [length]));
  };
}
