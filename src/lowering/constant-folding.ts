import { sameShape } from '../graph-builder/ir/dimension.ts';
import { elementCount, type FloatTensor, floatTensor, intTensor } from '../graph-builder/ir/tensor.ts';
import { constant, type Graph, type Node, type ResultValue, type Value } from '../graph-builder/ir/value.ts';
import { rewriteGraph } from '../graph-builder/operators/rewrite.ts';
import { frozenTensor } from './frozen-tensor.ts';

/**
 * Puts constants in place of what can be computed before the model runs: sizes and positions that follow from a fixed size
 * of the picture, and what other passes do to weights. Padding by nothing and slices of everything are left out. The
 * function stays the same.
 */
export function foldConstants(graph: Graph): Graph {
  return rewriteGraph(graph, (node, output) => {
    const weight = computedWeight(node, output);
    return foldedSize(node, output) ?? (weight && constant(weight));
  });
}

/** As `foldConstants`, but for weights, whose results may be larger than what they are computed from. */
export function foldSizes(graph: Graph): Graph {
  return rewriteGraph(graph, foldedSize);
}

function foldedSize(node: Node, output: ResultValue): Value | undefined {
  return knownSizes(output) ?? unchanged(node, output);
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

/** The result of an operator on constants, of those operators that passes apply to weights. */
function computedWeight({ operator, inputs, attributes }: Node, { shape }: ResultValue): FloatTensor | undefined {
  const tensors = inputs.flatMap((value) => (value && frozenTensor(value)) || []);
  const [x, factor] = tensors;
  if (!x) return undefined;
  const sizes = shape.map(Number);
  switch (operator) {
    case 'Reshape':
      return floatTensor(sizes, x.data);
    case 'Transpose':
      return transposed(x, attributes.perm, sizes);
    case 'MatMul':
      return factor?.shape.length === 2 ? product(x, factor, sizes) : undefined;
    case 'Concat':
      return attributes.axis === 0 && tensors.length === inputs.length ? joined(tensors, sizes) : undefined;
    case 'Expand':
      return x.shape.length === 1 ? joined(new Array(elementCount(sizes) / x.data.length).fill(x), sizes) : undefined;
    case 'Pad':
      return attributes.mode === 'constant' ? padded(x, inputs[1]?.contents?.map(Number) ?? [], sizes) : undefined;
    default:
      return undefined;
  }
}

/** How far neighbours on each axis are apart in memory. */
const stridesOf = (shape: readonly number[]) => shape.map((_, axis) => elementCount(shape.slice(axis + 1)));

/** For each element of an array in memory's order, a position: its index on each axis times that axis's stride, summed. */
function positions(shape: readonly number[], strides: readonly number[]): Int32Array {
  const own = stridesOf(shape);
  return new Int32Array(elementCount(shape)).map((_, element) =>
    shape.reduce((sum, size, axis) => sum + (Math.floor(element / (own[axis] ?? 1)) % size) * (strides[axis] ?? 0), 0),
  );
}

function transposed({ shape, data }: FloatTensor, perm: readonly number[], sizes: readonly number[]): FloatTensor {
  const strides = stridesOf(shape);
  const sources = positions(
    sizes,
    perm.map((axis) => strides[axis] ?? 0),
  );
  return floatTensor(
    sizes,
    Float32Array.from(sources, (source) => data[source] ?? Number.NaN),
  );
}

/** Matrices [..., M, K] times one matrix [K, P]. */
function product({ data: a }: FloatTensor, { shape, data: b }: FloatTensor, sizes: readonly number[]): FloatTensor {
  const [inner = 1, columns = 1] = shape;
  const entries = new Float32Array(elementCount(sizes)).map((_, position) => {
    const [row, column] = [Math.floor(position / columns), position % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += (a[row * inner + k] ?? Number.NaN) * (b[k * columns + column] ?? Number.NaN);
    return sum;
  });
  return floatTensor(sizes, entries);
}

/** Arrays joined on their first axis follow each other in memory. */
function joined(parts: readonly FloatTensor[], sizes: readonly number[]): FloatTensor {
  const whole = new Float32Array(elementCount(sizes));
  let offset = 0;
  for (const { data } of parts) {
    whole.set(data, offset);
    offset += data.length;
  }
  return floatTensor(sizes, whole);
}

/** Zeros around an array. */
function padded({ shape, data }: FloatTensor, pads: readonly number[], sizes: readonly number[]): FloatTensor {
  const strides = stridesOf(sizes);
  const offset = strides.reduce((sum, stride, axis) => sum + stride * (pads[axis] ?? 0), 0);
  const whole = new Float32Array(elementCount(sizes));
  positions(shape, strides).forEach((position, element) => {
    whole[position + offset] = data[element] ?? Number.NaN;
  });
  return floatTensor(sizes, whole);
}
