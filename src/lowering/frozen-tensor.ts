import { halfToFloat } from '../graph-builder/ir/half-float.ts';
import { type FloatTensor, floatTensor } from '../graph-builder/ir/tensor.ts';
import type { Value } from '../graph-builder/ir/value.ts';

/** The numbers of a float32 constant, also of one kept in half precision and cast; undefined for any other value. */
export function frozenTensor(value: Value): FloatTensor | undefined {
  if (value.kind === 'constant') {
    const { type, shape, data } = value.tensor;
    return type === 'float32' && data instanceof Float32Array ? floatTensor(shape, data) : undefined;
  }
  if (value.kind !== 'result' || value.node.operator !== 'Cast' || value.type !== 'float32') return undefined;
  const [half] = value.node.inputs;
  if (half?.kind !== 'constant' || half.type !== 'float16' || !(half.tensor.data instanceof Uint16Array))
    return undefined;
  return floatTensor(half.tensor.shape, halfToFloat(half.tensor.data));
}
