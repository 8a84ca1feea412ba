import { sameShape, staticShape } from '../ir/dimension.ts';
import type { OperatorName, Value } from '../ir/value.ts';
import {
  averagePool,
  cast,
  div,
  END,
  equal,
  expand,
  greater,
  matMul,
  mul,
  neg,
  pad,
  reshape,
  resizeNearest,
  slice,
  sub,
  transpose,
  where,
} from '../operators/index.ts';
import { dimensionAt, numbersOf, required } from '../operators/inference.ts';
import { spaceToDepth } from '../operators/space-to-depth.ts';
import { transposeMatrices } from '../operators/transpose-matrices.ts';
import { convolutionGradients, transposedConvolutionGradients } from './convolution-gradients.ts';
import type { GradientCall, InputGradients } from './gradient-call.ts';
import { instanceNormalizationGradients } from './instance-normalization-gradients.ts';
import { edgePadGradient, reflectionPadGradient } from './pad-gradients.ts';

type GradientRule<Name extends OperatorName> = (call: GradientCall<Name>) => InputGradients;

/** dy · f'(x), with the derivative in terms of the input or the output. */
const elementwise =
  (derivative: (call: GradientCall) => Value): GradientRule<OperatorName> =>
  (call) => [() => mul(call.outputGradient, derivative(call))];

/** Where an input equals the output (clamping, maxima); equal inputs all receive the gradient. */
const whereSelected = ({ output, outputGradient }: GradientCall, x: Value): Value =>
  where(equal(x, output), outputGradient, 0);

/** The gradient of a reduction's output, with the reduced axes back as axes of size 1. */
function keepReducedAxes({
  node,
  outputGradient,
}: GradientCall<'ReduceSum' | 'ReduceMean' | 'ReduceSumSquare'>): Value {
  if (node.attributes.keepdims === 1) return outputGradient;
  const axes = numbersOf(node, 1);
  const shape = staticShape(required(node.inputs, 0).shape, `the gradient of ${node.operator}`);
  return reshape(
    outputGradient,
    shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  );
}

function reduceMeanGradient(call: GradientCall<'ReduceMean'>): Value {
  const shape = staticShape(required(call.node.inputs, 0).shape, 'the gradient of ReduceMean');
  const count = numbersOf(call.node, 1).reduce((product, axis) => product * (shape[axis] ?? 1), 1);
  return expand(mul(keepReducedAxes(call), 1 / count), shape);
}

function reduceSumGradient(call: GradientCall<'ReduceSum'>): Value {
  return expand(keepReducedAxes(call), staticShape(required(call.node.inputs, 0).shape, 'the gradient of ReduceSum'));
}

/**
 * The gradient of MaxPool with windows that do not overlap: it goes to every pixel that equals its window's maximum.
 * Enlarging the maxima and comparing pictures of one size is several times faster on the CPU than a broadcast over
 * [.., H/2, 2, W/2, 2], whose innermost axis is too short for its kernels.
 */
function maxPoolGradient(call: GradientCall<'MaxPool'>): Value {
  const { output, outputGradient } = call;
  const size = separateWindowSize(call);
  const x = required(call.node.inputs, 0);
  const covered = staticShape(output.shape.slice(2), 'the gradient of MaxPool').map((n) => n * size);
  const isCovered = sameShape(covered, x.shape.slice(2));
  const tiled = isCovered ? x : slice(x, { axes: [2, 3], starts: [0, 0], ends: covered });
  const isMaximum = cast(equal(tiled, resizeNearest(output, size)), output.type);
  return extendToInput(mul(resizeNearest(outputGradient, size), isMaximum), call);
}

/** The gradient of AveragePool with windows that do not overlap: each pixel gets an equal share. */
function averagePoolGradient(call: GradientCall<'AveragePool'>): Value {
  const size = separateWindowSize(call);
  return extendToInput(resizeNearest(mul(call.outputGradient, 1 / size ** 2), size), call);
}

/** The side of a pool's windows. */
function separateWindowSize({ node }: GradientCall<'MaxPool' | 'AveragePool'>): number {
  const { kernel_shape, strides, pads } = node.attributes;
  const [size = 1] = kernel_shape;
  if (![...kernel_shape, ...strides].every((n) => n === size) || pads.some((n) => n !== 0)) {
    throw new Error(`${node.operator}: the gradient needs square windows that do not overlap, without padding`);
  }
  return size;
}

/** Zeros for the rows and columns that no whole window covers. */
function extendToInput(gradient: Value, { node }: GradientCall<'MaxPool' | 'AveragePool'>): Value {
  const shape = staticShape(required(node.inputs, 0).shape, `the gradient of ${node.operator}`);
  if (sameShape(gradient.shape, shape)) return gradient;
  const uncovered = staticShape(gradient.shape, `the gradient of ${node.operator}`).map((n, i) => (shape[i] ?? n) - n);
  return pad(gradient, [0, 0, 0, 0, ...uncovered], 'constant');
}

/**
 * Zero padding's gradient is the inner part, and zeros around it where pads are negative; that of reflection and of the
 * edge repeated also folds the border back.
 */
function padGradient({ node, outputGradient }: GradientCall<'Pad'>): Value {
  const pads = numbersOf(node, 1);
  const { mode } = node.attributes;
  if (mode !== 'constant' && pads.some((size) => size < 0)) {
    throw new Error(`Pad: the gradient needs pads of at least 0 in the mode ${mode}`);
  }
  if (mode === 'reflect') return reflectionPadGradient(outputGradient, pads);
  if (mode === 'edge') return edgePadGradient(outputGradient, pads);
  if (pads.some((size) => size < 0)) {
    const opposite = pads.map((size) => -size);
    return pad(outputGradient, opposite, 'constant');
  }
  const rank = pads.length / 2;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const ends = pads.slice(rank).map((after) => (after === 0 ? END : -after));
  return slice(outputGradient, { axes, starts: pads.slice(0, rank), ends });
}

/** The gradient of pixels interleaved: each phase's pixels by themselves, phases outermost as the operator's input has them. */
function depthToSpaceGradient({ node, outputGradient }: GradientCall<'DepthToSpace'>): Value {
  const { blocksize, mode } = node.attributes;
  if (mode !== 'DCR') throw new Error(`DepthToSpace: the gradient needs the mode DCR but it is ${mode}`);
  const shape = staticShape(required(node.inputs, 0).shape, 'the gradient of DepthToSpace');
  const [batch = 0, depth = 0, height = 0, width = 0] = shape;
  const separated = spaceToDepth(outputGradient, [blocksize, blocksize]);
  const phases = blocksize ** 2;
  const byChannel = reshape(separated, [batch, depth / phases, phases, height * width]);
  return reshape(transpose(byChannel, [0, 2, 1, 3]), shape);
}

/** A slice's gradient: zeros around the part that was taken (steps of 1). */
function sliceGradient({ node, outputGradient }: GradientCall<'Slice'>): Value {
  const shape = staticShape(required(node.inputs, 0).shape, 'the gradient of Slice');
  const sliced = staticShape(outputGradient.shape, 'the gradient of Slice');
  if (numbersOf(node, 4).some((step) => step !== 1)) throw new Error('Slice: the gradient needs steps of 1');
  const before = shape.map(() => 0);
  const starts = numbersOf(node, 1);
  numbersOf(node, 3).forEach((axis, index) => {
    const start = starts[index] ?? 0;
    const size = shape[axis] ?? 0;
    before[axis] = Math.min(Math.max(start < 0 ? start + size : start, 0), size);
  });
  const after = shape.map((size, axis) => size - (before[axis] ?? 0) - (sliced[axis] ?? 0));
  return pad(outputGradient, [...before, ...after], 'constant');
}

/** Each of Concat's inputs gets its own part of the gradient. */
function concatGradients({ node, outputGradient }: GradientCall<'Concat'>): InputGradients {
  const { axis } = node.attributes;
  const sizes = node.inputs.map((_, index) => dimensionAt(required(node.inputs, index).shape, axis));
  const numbers = staticShape(sizes, 'the gradient of Concat');
  return numbers.map((size, index) => () => {
    const start = numbers.slice(0, index).reduce((sum, n) => sum + n, 0);
    return slice(outputGradient, { axes: [axis], starts: [start], ends: [start + size] });
  });
}

/** dA = dY Bᵀ, dB = Aᵀ dY. */
function matrixProductGradients(call: GradientCall<'MatMul'>): InputGradients {
  const { outputGradient } = call;
  return [
    () => matMul(outputGradient, transposeMatrices(b(call))),
    () => matMul(transposeMatrices(a(call)), outputGradient),
  ];
}

function resizeGradient({ node, outputGradient }: GradientCall<'Resize'>): Value {
  const scales = node.inputs[2];
  const factor = scales?.kind === 'constant' ? Number(scales.tensor.data[2]) : 0;
  const window = { kernel_shape: [factor, factor], strides: [factor, factor], pads: [0, 0, 0, 0] };
  return mul(averagePool(outputGradient, window), factor * factor);
}

function transposeGradient({ node, outputGradient }: GradientCall<'Transpose'>): Value {
  const { perm } = node.attributes;
  return transpose(
    outputGradient,
    perm.map((_, axis) => perm.indexOf(axis)),
  );
}

const x = ({ node }: GradientCall): Value => required(node.inputs, 0);
const a = x;
const b = ({ node }: GradientCall): Value => required(node.inputs, 1);

/**
 * Vector-Jacobian products of every operator. In the comments y is the output, dy its gradient. `none` in place of a rule:
 * nothing flows back through such an operator; `missing`: it is not to be differentiated. A gradient may have the output's
 * shape where its input was broadcast; `gradients` sums it back.
 */
export const gradientRules: { readonly [Name in OperatorName]: GradientRule<Name> | 'none' | 'missing' } = {
  Add: ({ outputGradient }) => [() => outputGradient, () => outputGradient],
  Sub: ({ outputGradient }) => [() => outputGradient, () => neg(outputGradient)],
  Mul: (call) => [() => mul(call.outputGradient, b(call)), () => mul(call.outputGradient, a(call))],
  // d(a/b) = da / b − (a/b) db / b
  Div: (call) => [
    () => div(call.outputGradient, b(call)),
    () => neg(mul(div(call.outputGradient, b(call)), call.output)),
  ],
  Neg: ({ outputGradient }) => [() => neg(outputGradient)],
  Exp: elementwise(({ output }) => output),
  Sqrt: ({ outputGradient, output }) => [() => div(mul(outputGradient, 0.5), output)],
  Tanh: elementwise(({ output }) => sub(1, mul(output, output))),
  // A product with the mask rather than a choice by it: ONNX Runtime's layout pass for WebGPU moves transpositions onto
  // the mask, and a boolean one would be transposed on the CPU.
  Relu: ({ outputGradient, output }) => [() => mul(outputGradient, cast(greater(output, 0), output.type))],
  Max: (call) => [() => whereSelected(call, a(call)), () => whereSelected(call, b(call))],
  // The bounds are numbers of the graph.
  Clip: (call) => [() => whereSelected(call, x(call))],
  Identity: ({ outputGradient }) => [() => outputGradient],
  Greater: 'none',
  Equal: 'none',
  Shape: 'none',
  // A Loop holds whole training steps, gradients included: none is differentiated itself.
  Loop: 'missing',
  DepthToSpace: (call) => [() => depthToSpaceGradient(call)],
  // Measures look for nearest patches with it, and nothing is trained by them.
  ReduceMax: 'missing',
  // Export passes put these into networks that are trained already.
  QuantizeLinear: 'missing',
  DequantizeLinear: 'missing',
  Where: ({ node, outputGradient }) => {
    const condition = required(node.inputs, 0);
    return ['none', () => where(condition, outputGradient, 0), () => where(condition, 0, outputGradient)];
  },
  Cast: (call) => [() => cast(call.outputGradient, x(call).type)],
  MatMul: (call) => matrixProductGradients(call),
  Conv: convolutionGradients,
  ConvTranspose: transposedConvolutionGradients,
  MaxPool: (call) => [() => maxPoolGradient(call)],
  AveragePool: (call) => [() => averagePoolGradient(call)],
  InstanceNormalization: instanceNormalizationGradients,
  ReduceSum: (call) => [() => reduceSumGradient(call), 'none'],
  ReduceMean: (call) => [() => reduceMeanGradient(call), 'none'],
  ReduceSumSquare: (call) => [() => mul(x(call), mul(keepReducedAxes(call), 2)), 'none'],
  Pad: (call) => [() => padGradient(call), 'none'],
  Slice: (call) => [() => sliceGradient(call), 'none', 'none', 'none', 'none'],
  Concat: concatGradients,
  Reshape: (call) => [
    () => reshape(call.outputGradient, staticShape(x(call).shape, 'the gradient of Reshape')),
    'none',
  ],
  Transpose: (call) => [() => transposeGradient(call)],
  Expand: ({ outputGradient }) => [() => outputGradient, 'none'],
  Resize: (call) => [() => resizeGradient(call), 'none', 'none'],
};
