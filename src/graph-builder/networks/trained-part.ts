import type { FloatTensor } from '../ir/tensor.ts';
import { type InputValue, input } from '../ir/value.ts';
import { constantParameters, inputParameters, type ParameterShape, type ParameterSource } from './parameters.ts';
import { predictedDifferences, type StylePredictionOptions, styleLength, withDifferences } from './style-prediction.ts';
import { type TransformNetworkOptions, transformNetwork } from './transform-network.ts';

/**
 * What of a network is trained: all of it; a base, that is what many paintings share and the prediction of a painting's style;
 * or one style of a base, whose other parameters stay as they are.
 */
export type TrainedPart =
  | { readonly kind: 'network' }
  | { readonly kind: 'base'; readonly prediction: StylePredictionOptions }
  | { readonly kind: 'style'; readonly base: ReadonlyMap<string, FloatTensor> };

/** How the numbers of one style are called while they are trained: how far they are from the base's own [K, 1]. */
export const styleDifferences = 'style.differences';

/** The trainable arrays of one style of a base. */
export function styleShapes(network: TransformNetworkOptions): readonly ParameterShape[] {
  return [{ name: styleDifferences, shape: [styleLength(network), 1] }];
}

/** Where a network in training takes its parameters from. */
export interface TrainedParameters {
  readonly source: ParameterSource;
  /** What is trained; the list grows while the network is built. */
  readonly inputs: readonly InputValue[];
  /** What a base's graph reads of the painting, besides. */
  readonly descriptor: readonly InputValue[];
}

/** The parameters of a network of which a part is trained. */
export function trainedParameters(network: TransformNetworkOptions, part: TrainedPart): TrainedParameters {
  const { source, inputs } = inputParameters();
  switch (part.kind) {
    case 'network':
      return { source, inputs, descriptor: [] };
    case 'base': {
      const descriptor = input('descriptor', 'float32', [part.prediction.descriptor, 1]);
      const differences = predictedDifferences(descriptor, network, part.prediction, source);
      return { source: withDifferences(source, differences, network), inputs, descriptor: [descriptor] };
    }
    case 'style': {
      const differences = input(styleDifferences, 'float32', [styleLength(network), 1]);
      const frozen = constantParameters(part.base);
      return { source: withDifferences(frozen, differences, network), inputs: [differences], descriptor: [] };
    }
  }
}

/** All trainable arrays, in the order in which graphs declare them. */
export function trainedShapes(network: TransformNetworkOptions, part: TrainedPart): readonly ParameterShape[] {
  const { source, inputs } = trainedParameters(network, part);
  transformNetwork(input('image', 'float32', [1, 3, 64, 64]), network, source);
  return inputs.map(({ name, shape }) => ({ name, shape: shape.map(Number) }));
}
