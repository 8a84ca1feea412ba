import { elementCount, type FloatTensor, floatTensor } from '../../graph-builder/ir/tensor.ts';
import { colours, lastConvolution, styleParameters } from '../../graph-builder/networks/style-prediction.ts';
import {
  type TransformNetworkOptions,
  transformNetworkParameters,
} from '../../graph-builder/networks/transform-network.ts';
import { CHANNELS } from '../../image/picture.ts';
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
 * The style that a base predicts for a painting, in the order of `styleParameters` [K]: what the training graph computes (see
 * `predictedDifferences`), added to the base's own.
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
  const own = ownStyle({ network, parameters });
  return differences.map((difference, at) => difference + (own[at] ?? 0));
}

/** A base's own style: its scales and biases, and the colours of its last convolution as they are. */
export function ownStyle({ network, parameters }: Pick<Base, 'network' | 'parameters'>): Float32Array {
  const numbers = styleParameters(network).flatMap(({ name }) => {
    if (name === colours.matrix) return [1, 0, 0, 0, 1, 0, 0, 0, 1];
    if (name === colours.added) return [0, 0, 0];
    return Array.from(tensorOf(parameters, name).data);
  });
  return Float32Array.from(numbers);
}

/**
 * The parameters of an ordinary transform network in a style: its colours become a part of the last convolution.
 * @param style in the order of `styleParameters` [K]
 */
export function networkInStyle({ network, parameters }: Base, style: Float32Array): ReadonlyMap<string, FloatTensor> {
  const numbers = styleByName(network, style);
  const { data: matrix } = tensorOf(numbers, colours.matrix);
  const { data: added } = tensorOf(numbers, colours.added);
  return new Map(
    transformNetworkParameters(network).map(({ name }) => {
      const own = numbers.get(name) ?? tensorOf(parameters, name);
      if (name === lastConvolution.weight) return [name, mixed(matrix, own)];
      if (name !== lastConvolution.bias) return [name, own];
      const { shape, data } = mixed(matrix, own);
      return [
        name,
        floatTensor(
          shape,
          data.map((value, colour) => value + (added[colour] ?? 0)),
        ),
      ];
    }),
  );
}

function styleByName(network: TransformNetworkOptions, style: Float32Array): ReadonlyMap<string, FloatTensor> {
  let at = 0;
  return new Map(
    styleParameters(network).map(({ name, shape }) => {
      const values = style.slice(at, at + elementCount(shape));
      at += values.length;
      return [name, floatTensor(shape, values)];
    }),
  );
}

/** matrix [3, 3] · tensor, whose first axis is the colours. */
function mixed(matrix: Float32Array, { shape, data }: FloatTensor): FloatTensor {
  const length = data.length / CHANNELS;
  const values = data.map((_, at) => {
    const [row, column] = [Math.floor(at / length), at % length];
    let sum = 0;
    for (let colour = 0; colour < CHANNELS; colour++) {
      sum += (matrix[row * CHANNELS + colour] ?? 0) * (data[colour * length + column] ?? 0);
    }
    return sum;
  });
  return floatTensor(shape, values);
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
