import { type NumberTensor, type NumberTensors, tensorNamed } from './number-tensor.ts';

/** The largest absolute value, or next to nothing for zeros, so that a relative error stays finite. */
export function scaleOf({ data }: NumberTensor): number {
  return data.reduce((scale, value) => Math.max(scale, Math.abs(value)), 1e-30);
}

/** The largest absolute difference over the scale; infinite where a number is not finite. */
export function relativeError(actual: NumberTensor, expected: NumberTensor, scale = scaleOf(expected)): number {
  const difference = expected.data.reduce((largest, value, position) => {
    const distance = Math.abs((actual.data[position] ?? Number.NaN) - value);
    return Math.max(largest, Number.isFinite(distance) ? distance : Number.POSITIVE_INFINITY);
  }, 0);
  return difference / scale;
}

/**
 * The relative error of each of a graph's outputs. An output that is next to nothing beside the others (the gradient of a
 * bias that a later normalisation cancels) is measured by a thousandth of the largest.
 */
export function relativeErrors(actual: NumberTensors, expected: NumberTensors): Readonly<Record<string, number>> {
  const smallest = 1e-3 * Math.max(...Object.values(expected).map(scaleOf));
  const errors = Object.entries(expected).map(([name, tensor]) => {
    const scale = Math.max(scaleOf(tensor), smallest);
    return [name, relativeError(tensorNamed(actual, name), tensor, scale)] as const;
  });
  return Object.fromEntries(errors);
}
