import { type FloatTensor, floatTensor } from '../ir/tensor.ts';
import type { Value } from '../ir/value.ts';

/** The float32 array that a value is, if it is a constant. */
export function frozenTensor(value: Value): FloatTensor | undefined {
  if (value.kind !== 'constant') return undefined;
  const { type, shape, data } = value.tensor;
  return type === 'float32' && data instanceof Float32Array ? floatTensor(shape, data) : undefined;
}
