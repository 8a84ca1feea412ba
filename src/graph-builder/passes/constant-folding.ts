import { sameShape } from '../ir/dimension.ts';
import { halfToFloat } from '../ir/half-float.ts';
import { elementCount, type FloatTensor, floatTensor, intTensor } from '../ir/tensor.ts';
import { constant, type Graph, type Node, type ResultValue, type Value } from '../ir/value.ts';
import { rewriteGraph } from './rewrite.ts';

/**
 * Puts constants in place of what can be computed before the model runs: sizes and positions that follow from a fixed size
 * of the picture, and operators on weights. Padding by nothing and slices of everything are left out. The function stays
 * the same.
 */
export function foldConstants(graph: Graph): Graph {
  return rewriteGraph(graph, (node, output) => knownSizes(output) ?? unchanged(node, output) ?? computed(node, output));
}

function knownSizes({ type, shape, contents }: ResultValue): Value | undefined {
  const numbers = contents?.filter((size) => typeof size === 'number') ?? [];
  const isKnown = type === 'int64' && shape.length === 1 && numbers.length === contents?.length;
  return isKnown ? constant(intTensor(numbers)) : undefined;
}

/** The input of an operator that changes nothing. */
function unchanged({ operator, inputs }: Node, { shape }: ResultValue): Value | undefined {
  const [x, pads, , , steps] = inputs;
  if (!x || !sameShape(x.shape, shape)) return undefined;
  if (operator === 'Pad' && pads?.contents?.every((size) => size === 0)) return x;
  return operator === 'Slice' && steps?.contents?.every((step) => step === 1) ? x : undefined;
}

/** The result of an operator on constants, of those operators that impasto applies to weights. */
function computed({ operator, inputs, attributes }: Node, { shape }: ResultValue): Value | undefined {
  const [x, other] = inputs.map((value) => (value ? floatConstant(value) : undefined));
  if (!x) return undefined;
  const sizes = shape.map(Number);
  switch (operator) {
    case 'Cast':
      return attributes.to === 'float32' ? constant(x) : undefined;
    case 'Reshape':
      return constant(floatTensor(sizes, x.data));
    case 'Transpose':
      return constant(transposed(x, attributes.perm, sizes));
    case 'MatMul':
      return other?.shape.length === 2 ? constant(product(x, other, sizes)) : undefined;
    default:
      return undefined;
  }
}

/** A constant in single or half precision. */
function floatConstant(value: Value): FloatTensor | undefined {
  if (value.kind !== 'constant') return undefined;
  const { type, shape, data } = value.tensor;
  if (type === 'float16' && data instanceof Uint16Array) return floatTensor(shape, halfToFloat(data));
  return type === 'float32' && data instanceof Float32Array ? floatTensor(shape, data) : undefined;
}

function transposed({ shape, data }: FloatTensor, perm: readonly number[], sizes: readonly number[]): FloatTensor {
  const strides = perm.map((axis) => elementCount(shape.slice(axis + 1)));
  const places = sizes.map((_, axis) => elementCount(sizes.slice(axis + 1)));
  const taken = Float32Array.from(data, (_, position) => {
    const source = sizes.reduce(
      (sum, size, axis) => sum + (Math.floor(position / (places[axis] ?? 1)) % size) * (strides[axis] ?? 0),
      0,
    );
    return data[source] ?? Number.NaN;
  });
  return floatTensor(sizes, taken);
}

/** Matrices [..., M, K] times one matrix [K, P]. */
function product({ data: a }: FloatTensor, { shape, data: b }: FloatTensor, sizes: readonly number[]): FloatTensor {
  const [inner = 1, columns = 1] = shape;
  const result = new Float32Array(elementCount(sizes)).map((_, position) => {
    const [row, column] = [Math.floor(position / columns), position % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += (a[row * inner + k] ?? Number.NaN) * (b[k * columns + column] ?? Number.NaN);
    return sum;
  });
  return floatTensor(sizes, result);
}
