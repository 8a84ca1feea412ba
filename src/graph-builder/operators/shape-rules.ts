import {
  addDimension,
  addDimensions,
  type Dimension,
  divideDimension,
  floorDivideDimension,
  maximumDimension,
  minimumDimension,
  multiplyDimension,
  productDimension,
  type Shape,
  sameDimension,
  sameShape,
} from '../ir/dimension.ts';
import type { Node, OperatorName, Value } from '../ir/value.ts';
import {
  broadcastShapes,
  commonType,
  contentsOf,
  dimensionAt,
  type Inferred,
  numbersOf,
  required,
  transposedWindowSizes,
  windowSizes,
} from './inference.ts';
import { loopOutput } from './loop-output.ts';

type ShapeRule<Name extends OperatorName> = (node: Node<Name>, output: number) => Inferred;

const sameAsInput = ({ inputs }: Node): Inferred => {
  const { type, shape } = required(inputs, 0);
  return { type, shape };
};

const broadcast = ({ inputs }: Node): Inferred => ({
  type: commonType(inputs),
  shape: broadcastShapes(required(inputs, 0).shape, required(inputs, 1).shape),
});

/** An element-wise operator that also computes sizes: contents follow it where both sides are known. */
const broadcastSizes =
  (combine: (a: Dimension, b: Dimension) => Dimension) =>
  (node: Node): Inferred => {
    const inferred = broadcast(node);
    const left = required(node.inputs, 0).contents;
    const right = required(node.inputs, 1).contents;
    if (!left || !right || left.length !== right.length) return inferred;
    return { ...inferred, contents: left.map((size, index) => combine(size, right[index] ?? 0)) };
  };

const comparison = (node: Node): Inferred => ({ type: 'bool', shape: broadcast(node).shape });

const reduction = (node: Node<'ReduceSum' | 'ReduceMax' | 'ReduceMean' | 'ReduceSumSquare'>): Inferred => {
  const { type, shape } = required(node.inputs, 0);
  const axes = numbersOf(node, 1);
  // ONNX takes an empty list for all axes, which nobody means who writes one.
  if (axes.length === 0) throw new Error('expected at least one axis');
  if (axes.some((axis) => axis < 0 || axis >= shape.length)) throw new Error(`expected axes below ${shape.length}`);
  const { keepdims } = node.attributes;
  const reduced = shape.flatMap((size, axis) => (axes.includes(axis) ? (keepdims ? [1] : []) : [size]));
  return { type, shape: reduced };
};

const pooling = ({ inputs, attributes }: Node<'MaxPool' | 'AveragePool'>): Inferred => {
  const { type, shape } = required(inputs, 0);
  return { type, shape: [...shape.slice(0, 2), ...windowSizes(shape.slice(2), attributes)] };
};

/** Channel bookkeeping of a (transposed) convolution: input [N, I, H, W], weight, bias of the output channels. */
function convolution(
  inputs: readonly (Value | null)[],
  kernel: readonly number[],
  inAxis: 0 | 1,
  spatial: Shape,
): Inferred {
  const [batch, channels] = required(inputs, 0).shape;
  const weight = required(inputs, 1);
  const [height, width] = weight.shape.slice(2);
  if (required(inputs, 0).shape.length !== 4 || weight.shape.length !== 4)
    throw new Error('expected 4-D input and weight');
  if (batch === undefined || channels === undefined || !sameDimension(channels, dimensionAt(weight.shape, inAxis))) {
    throw new Error(`expected the weight's axis ${inAxis} to equal the input's channels`);
  }
  if (height !== kernel[0] || width !== kernel[1]) throw new Error("expected kernel_shape to be the weight's");
  const outputChannels = dimensionAt(weight.shape, 1 - inAxis);
  const bias = inputs[2];
  if (bias && (bias.shape.length !== 1 || !sameDimension(dimensionAt(bias.shape, 0), outputChannels))) {
    throw new Error('expected a bias of one value per output channel');
  }
  return { type: commonType(inputs), shape: [batch, outputChannels, ...spatial] };
}

function matrixProduct({ inputs }: Node<'MatMul'>): Inferred {
  const a = required(inputs, 0).shape;
  const b = required(inputs, 1).shape;
  if (a.length < 2 || b.length < 2) throw new Error('expected matrices');
  if (!sameDimension(dimensionAt(a, a.length - 1), dimensionAt(b, b.length - 2))) {
    throw new Error('expected the inner dimensions to be equal');
  }
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  return { type: commonType(inputs), shape: [...batch, dimensionAt(a, a.length - 2), dimensionAt(b, b.length - 1)] };
}

function padded(node: Node<'Pad'>): Inferred {
  const { type, shape } = required(node.inputs, 0);
  const pads = contentsOf(node, 1);
  if (pads.length !== 2 * shape.length) throw new Error(`expected ${2 * shape.length} pads`);
  const sizes = shape.map((size, axis) => {
    const before = dimensionAt(pads, axis);
    const after = dimensionAt(pads, axis + shape.length);
    if (node.attributes.mode === 'reflect' && typeof size === 'number') {
      if (Math.max(Number(before), Number(after)) >= size) throw new Error('expected reflection pads below the size');
    }
    return addDimensions(addDimensions(size, before), after);
  });
  return { type, shape: sizes };
}

/** Where a slice's start or end lies on an axis: negative numbers count from the end, everything is clamped. */
function slicePosition(position: Dimension, size: Dimension): Dimension {
  if (typeof position !== 'number' || position === 0) return position;
  return position < 0 ? maximumDimension(addDimension(size, position), 0) : minimumDimension(size, position);
}

function slicedSize(size: Dimension, start: Dimension, end: Dimension, step: number): Dimension {
  if (step < 0) {
    if (typeof size !== 'number' || typeof start !== 'number' || typeof end !== 'number') {
      throw new Error('expected a static size where the step is negative');
    }
    const first = Math.min(Math.max(start < 0 ? start + size : start, 0), size - 1);
    const last = end < -size ? -1 : Math.min(end < 0 ? end + size : end, size - 1);
    return Math.max(0, Math.ceil((first - last) / -step));
  }
  const from = slicePosition(start, size);
  const to = typeof end === 'number' && end >= Number.MAX_SAFE_INTEGER ? size : slicePosition(end, size);
  const length = addDimensions(to, multiplyDimension(from, -1));
  return maximumDimension(floorDivideDimension(addDimension(length, step - 1), step), 0);
}

function sliced(node: Node<'Slice'>): Inferred {
  const { type, shape, contents } = required(node.inputs, 0);
  const starts = contentsOf(node, 1);
  const ends = contentsOf(node, 2);
  const axes = numbersOf(node, 3);
  const steps = numbersOf(node, 4);
  const sizes = [...shape];
  axes.forEach((axis, index) => {
    const size = dimensionAt(shape, axis);
    sizes[axis] = slicedSize(size, dimensionAt(starts, index), dimensionAt(ends, index), steps[index] ?? 1);
  });
  const [start] = starts;
  const [end] = ends;
  if (contents && typeof start === 'number' && typeof end === 'number' && steps[0] === 1) {
    return { type, shape: sizes, contents: contents.slice(start, end) };
  }
  return { type, shape: sizes };
}

function concatenated({ inputs, attributes: { axis } }: Node<'Concat'>): Inferred {
  const values = inputs.map((_, index) => required(inputs, index));
  const { shape } = required(inputs, 0);
  for (const value of values) {
    const fits = value.shape.every((size, i) => i === axis || sameDimension(size, dimensionAt(shape, i)));
    if (value.shape.length !== shape.length || !fits) throw new Error(`expected shapes equal but for axis ${axis}`);
  }
  const total = values.map((value) => dimensionAt(value.shape, axis)).reduce(addDimensions);
  const inferred = { type: commonType(inputs), shape: shape.map((size, i) => (i === axis ? total : size)) };
  const parts = values.map(({ contents }) => contents);
  return parts.every((part) => part !== undefined) ? { ...inferred, contents: parts.flat() } : inferred;
}

function reshaped(node: Node<'Reshape'>): Inferred {
  const { type, shape, contents } = required(node.inputs, 0);
  const target = contentsOf(node, 1).map((size, axis) => (size === 0 ? dimensionAt(shape, axis) : size));
  const known = target.filter((size) => size !== -1);
  if (target.length - known.length > 1) throw new Error('expected at most one -1');
  const total = productDimension(shape);
  if (known.length === target.length) {
    if (!sameDimension(productDimension(known), total)) throw new Error('expected as many elements as the input has');
    return contents ? { type, shape: target, contents } : { type, shape: target };
  }
  return { type, shape: target.map((size) => (size === -1 ? remainingSize(shape, known) : size)) };
}

/** The size that -1 stands for: the input's sizes that the target does not repeat, over the numbers that it does. */
function remainingSize(shape: Shape, known: Shape): Dimension {
  const left = [...shape];
  let divisor = 1;
  for (const size of known) {
    const index = left.findIndex((candidate) => sameDimension(candidate, size));
    if (index >= 0) left.splice(index, 1);
    else if (typeof size === 'number') divisor *= size;
    else throw new Error('expected a symbolic size that the input has');
  }
  const total = productDimension(left);
  const remaining = floorDivideDimension(total, divisor);
  if (!sameDimension(multiplyDimension(remaining, divisor), total)) throw new Error('expected a whole number for -1');
  return remaining;
}

function resized(node: Node<'Resize'>): Inferred {
  const { type, shape } = required(node.inputs, 0);
  const scales = node.inputs[2];
  if (scales?.kind !== 'constant' || scales.tensor.type !== 'float32') throw new Error('expected constant scales');
  const factors = Array.from(scales.tensor.data, Number);
  return { type, shape: shape.map((size, axis) => multiplyDimension(size, factors[axis] ?? 1)) };
}

function depthToSpace({ inputs, attributes: { blocksize } }: Node<'DepthToSpace'>): Inferred {
  const { type, shape } = required(inputs, 0);
  const [batch, channels, ...sides] = shape;
  if (shape.length !== 4 || batch === undefined || typeof channels !== 'number' || channels % blocksize ** 2 !== 0) {
    throw new Error(`expected [N, C, H, W] with a multiple of ${blocksize ** 2} channels`);
  }
  return {
    type,
    shape: [batch, channels / blocksize ** 2, ...sides.map((side) => multiplyDimension(side, blocksize))],
  };
}

/** Checks a scale and a zero point: both scalars, or both vectors as long as the axis. */
function requireQuantization({ inputs, attributes: { axis } }: Node<'QuantizeLinear' | 'DequantizeLinear'>): void {
  const [scale, zeroPoint] = [required(inputs, 1), required(inputs, 2)];
  const expected = scale.shape.length === 0 ? [] : [dimensionAt(required(inputs, 0).shape, axis)];
  if (!sameShape(scale.shape, expected) || !sameShape(zeroPoint.shape, expected)) {
    throw new Error(
      `expected a scale and a zero point that are both scalars or have an entry a position on axis ${axis}`,
    );
  }
}

/** Type, shape and (for sizes computed in the graph) contents of every operator's output, as ONNX opset 18 defines them. */
export const shapeRules: { readonly [Name in OperatorName]: ShapeRule<Name> } = {
  Add: broadcastSizes(addDimensions),
  Sub: broadcastSizes((a, b) => addDimensions(a, multiplyDimension(b, -1))),
  Mul: broadcastSizes((a, b) => productDimension([a, b])),
  // Of integers ONNX cuts the fraction off, which of sizes is the floor.
  Div: broadcastSizes(divideDimension),
  Max: broadcastSizes((a, b) => (typeof b === 'number' ? maximumDimension(a, b) : maximumDimension(b, Number(a)))),
  Neg: sameAsInput,
  Exp: sameAsInput,
  Sqrt: sameAsInput,
  Tanh: sameAsInput,
  Relu: sameAsInput,
  Clip: sameAsInput,
  Identity: sameAsInput,
  Greater: comparison,
  Equal: comparison,
  Where: ({ inputs }) => {
    const branches = [required(inputs, 1), required(inputs, 2)];
    const shape = broadcastShapes(required(inputs, 1).shape, required(inputs, 2).shape);
    return { type: commonType(branches), shape: broadcastShapes(required(inputs, 0).shape, shape) };
  },
  Cast: ({ inputs, attributes }) => ({ type: attributes.to, shape: required(inputs, 0).shape }),
  MatMul: matrixProduct,
  Conv: ({ inputs, attributes }) => {
    const spatial = windowSizes(required(inputs, 0).shape.slice(2), attributes);
    return convolution(inputs, attributes.kernel_shape, 1, spatial);
  },
  ConvTranspose: ({ inputs, attributes }) => {
    const spatial = transposedWindowSizes(required(inputs, 0).shape.slice(2), attributes);
    return convolution(inputs, attributes.kernel_shape, 0, spatial);
  },
  MaxPool: pooling,
  AveragePool: pooling,
  InstanceNormalization: ({ inputs }) => {
    const { type, shape } = required(inputs, 0);
    for (const index of [1, 2]) {
      const parameter = required(inputs, index);
      if (parameter.shape.length !== 1 || !sameDimension(dimensionAt(parameter.shape, 0), dimensionAt(shape, 1))) {
        throw new Error('expected a scale and a bias of one value per channel');
      }
    }
    return { type, shape };
  },
  ReduceSum: reduction,
  ReduceMax: reduction,
  ReduceMean: reduction,
  ReduceSumSquare: reduction,
  Pad: padded,
  Slice: sliced,
  Concat: concatenated,
  Reshape: reshaped,
  Transpose: ({ inputs, attributes: { perm } }) => {
    const { type, shape } = required(inputs, 0);
    if (perm.length !== shape.length) throw new Error('expected a permutation of all axes');
    return { type, shape: perm.map((axis) => dimensionAt(shape, axis)) };
  },
  Expand: (node) => {
    const { type, shape } = required(node.inputs, 0);
    return { type, shape: broadcastShapes(shape, contentsOf(node, 1)) };
  },
  Shape: ({ inputs }) => {
    const { shape } = required(inputs, 0);
    return { type: 'int64', shape: [shape.length], contents: shape };
  },
  Resize: resized,
  DepthToSpace: depthToSpace,
  QuantizeLinear: (node) => {
    requireQuantization(node);
    const zeroPoint = required(node.inputs, 2);
    if (zeroPoint.type !== 'uint8' && zeroPoint.type !== 'int8') throw new Error('expected a zero point of 8 bits');
    return { type: zeroPoint.type, shape: required(node.inputs, 0).shape };
  },
  DequantizeLinear: (node) => {
    requireQuantization(node);
    commonType([required(node.inputs, 0), required(node.inputs, 2)]);
    return { type: required(node.inputs, 1).type, shape: required(node.inputs, 0).shape };
  },
  Loop: loopOutput,
};
