import { type FloatTensor, floatTensor } from '../../graph-builder/ir/tensor.ts';
import type { DescriptorScale } from './base-configuration.ts';

/** Channels that never respond deviate by nothing: they must not divide by it. */
const smallestDeviation = 1e-6;

/** Beyond so many deviations a painting is described no further, so that one odd channel cannot rule its prediction. */
const largestDeviation = 5;

/**
 * Mean and deviation of each number over some descriptors.
 * @throws if there are none
 */
export function descriptorScaleOf(descriptors: readonly Float32Array[]): DescriptorScale {
  const [first] = descriptors;
  if (!first) throw new Error('Expected paintings to describe but received none');
  const mean = Array.from(first, (_, at) => average(descriptors.map((values) => values[at] ?? 0)));
  const deviation = mean.map((centre, at) => {
    const variance = average(descriptors.map((values) => ((values[at] ?? 0) - centre) ** 2));
    return Math.sqrt(variance) + smallestDeviation;
  });
  return { mean, deviation };
}

/** A descriptor as predictions read it [D, 1]: in deviations from the mean of the paintings, at most five. */
export function standardizedDescriptor(descriptor: Float32Array, { mean, deviation }: DescriptorScale): FloatTensor {
  const values = descriptor.map((value, at) => {
    const distance = (value - (mean[at] ?? 0)) / (deviation[at] ?? 1);
    return Math.max(-largestDeviation, Math.min(largestDeviation, distance));
  });
  return floatTensor([values.length, 1], values);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
