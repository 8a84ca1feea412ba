import { elementCount, type FloatTensor, floatTensor } from '../../graph-builder/ir/tensor.ts';
import { isStyleParameter, styleParameters } from '../../graph-builder/networks/style-prediction.ts';
import type { TransformNetworkOptions } from '../../graph-builder/networks/transform-network.ts';
import type { DescriptorScale } from './base-configuration.ts';
import { standardizedDescriptor } from './descriptor-scale.ts';

/** A network of many styles, whose scales and biases are predicted from a painting. */
export interface Base {
  readonly network: TransformNetworkOptions;
  readonly descriptorScale: DescriptorScale;
  /** Parameters by name: those of the transform network, and those of the prediction. */
  readonly parameters: ReadonlyMap<string, FloatTensor>;
}

/**
 * The scales and biases that a base predicts for a painting, in the order of `styleParameters` [K]: what the training graph
 * computes (see `predictedDifferences`), added to the base's own.
 * @param descriptor what the loss network sees in the painting [D]
 * @throws if the descriptor has another length than the base's
 */
export function predictStyle({ network, descriptorScale, parameters }: Base, descriptor: Float32Array): Float32Array {
  if (descriptor.length !== descriptorScale.mean.length) {
    throw new Error(
      `Expected a description of ${descriptorScale.mean.length} numbers for this base but received ${descriptor.length}`,
    );
  }
  const { data } = standardizedDescriptor(descriptor, descriptorScale);
  const bias = tensorOf(parameters, 'prediction.bottleneck.bias').data;
  const hidden = linear(tensorOf(parameters, 'prediction.bottleneck.weight'), data).map((sum, row) =>
    Math.max(0, sum + (bias[row] ?? 0)),
  );
  const differences = linear(tensorOf(parameters, 'prediction.differences.weight'), hidden);
  const own = styleParameters(network).flatMap(({ name }) => Array.from(tensorOf(parameters, name).data));
  return differences.map((difference, at) => difference + (own[at] ?? 0));
}

/**
 * The parameters of an ordinary transform network in a style.
 * @param style scales and biases in the order of `styleParameters` [K]
 */
export function networkInStyle({ network, parameters }: Base, style: Float32Array): ReadonlyMap<string, FloatTensor> {
  const shared = [...parameters].filter(([name]) => !name.startsWith('prediction.') && !isStyleParameter(name));
  let at = 0;
  const own = styleParameters(network).map(({ name, shape }) => {
    const values = style.slice(at, at + elementCount(shape));
    at += values.length;
    return [name, floatTensor(shape, values)] as const;
  });
  return new Map([...shared, ...own]);
}

/** W · x / √(fan-in) */
function linear({ shape: [rows = 0, columns = 0], data }: FloatTensor, x: Float32Array): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += (data[row * columns + column] ?? 0) * (x[column] ?? 0);
    return sum / Math.sqrt(columns);
  });
}

function tensorOf(parameters: Base['parameters'], name: string): FloatTensor {
  const tensor = parameters.get(name);
  if (tensor) return tensor;
  throw new Error(`Expected ${name} among a base's parameters but found none`);
}
