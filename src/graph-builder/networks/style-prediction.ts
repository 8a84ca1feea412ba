import { inScope, scopedName } from '../ir/scope.ts';
import { elementCount } from '../ir/tensor.ts';
import type { Value } from '../ir/value.ts';
import { add, matMul, mul, relu, reshape, slice } from '../operators/index.ts';
import type { ParameterShape, ParameterSource } from './parameters.ts';
import { type TransformNetworkOptions, transformNetworkParameters } from './transform-network.ts';

/** How a style is predicted from what the loss network sees in a painting. */
export interface StylePredictionOptions {
  /** D: how many numbers describe a painting (see `descriptorLength`). */
  readonly descriptor: number;
  /** B: the numbers that a style comes from. */
  readonly bottleneck: number;
}

/**
 * A style's numbers: all in which the styles of one base differ. The scales and biases of the instance normalisations in the
 * order of the layers, then how the colours of the last convolution are mixed: a matrix [3, 3] and what is added [3].
 */
export function styleParameters(network: TransformNetworkOptions): readonly ParameterShape[] {
  return [
    ...transformNetworkParameters(network).filter(({ name }) => isStyleParameter(name)),
    { name: colours.matrix, shape: [3, 3] },
    { name: colours.added, shape: [3] },
  ];
}

/** K: how many numbers a style is. */
export function styleLength(network: TransformNetworkOptions): number {
  return styleParameters(network).reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/** The names of a style's colours, which no transform network has as parameters of its own: they are a part of its last convolution. */
export const colours = { matrix: 'colours.matrix', added: 'colours.added' } as const;

/** The last convolution, whose outputs are the colours. */
export const lastConvolution = { weight: 'decoder.conv3.weight', bias: 'decoder.conv3.bias' } as const;

/** Whether a parameter belongs to an instance normalisation, such as `residual.1.norm2.scale`. */
export function isStyleParameter(name: string): boolean {
  return /\.norm\d\.(scale|bias)$/.test(name);
}

/**
 * What a painting adds to the base's own style: W₂ · relu(W₁ · d + b₁), one number for each of a style (see
 * `styleParameters`), in their order (cf. Ghiasi et al., "Exploring the structure of a real-time, arbitrary neural artistic
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
  const count = styleLength(network);
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
 * The parameters of a base for one painting: those of `base`, with the painting's differences added. The base's own colours
 * are those of its last convolution: a painting's are mixed from them by I + M, and a vector is added.
 * @param differences [K, 1], as `predictedDifferences` gives them
 */
export function withDifferences(
  base: ParameterSource,
  differences: Value,
  network: TransformNetworkOptions,
): ParameterSource {
  const differenceOf = differencesByName(differences, network);
  return (name, shape) => {
    const value = base(name, shape);
    const fullName = scopedName(name);
    if (isStyleParameter(fullName)) return add(value, differenceOf(fullName));
    if (fullName === lastConvolution.weight) return add(value, mixed(value, shape, differenceOf(colours.matrix)));
    if (fullName !== lastConvolution.bias) return value;
    return add(add(value, mixed(value, shape, differenceOf(colours.matrix))), differenceOf(colours.added));
  };
}

/** M · value, where the first axis of value is the colours. */
function mixed(value: Value, shape: readonly number[], matrix: Value): Value {
  return reshape(matMul(matrix, reshape(value, [3, -1])), shape);
}

function differencesByName(differences: Value, network: TransformNetworkOptions): (name: string) => Value {
  const places = new Map<string, { readonly start: number; readonly shape: readonly number[] }>();
  let end = 0;
  for (const { name, shape } of styleParameters(network)) {
    places.set(name, { start: end, shape });
    end += elementCount(shape);
  }
  return (name) => {
    const { start, shape } = places.get(name) ?? { start: 0, shape: [0] };
    const range = { axes: [0], starts: [start], ends: [start + elementCount(shape)] };
    return reshape(slice(differences, range), shape);
  };
}
