import { sameShape, staticShape } from '../ir/dimension.ts';
import { type FloatTensor, floatTensor } from '../ir/tensor.ts';
import type { WindowAttributes } from '../ir/value.ts';
import { constant, type Value } from '../ir/value.ts';
import { conv, convTranspose, END, reduceSum, slice, transpose } from '../operators/index.ts';
import { required } from '../operators/inference.ts';
import type { GradientCall, InputGradients } from './gradient-call.ts';

/**
 * dx, dweight and dbias of a convolution (any stride, explicit pads).
 * @throws if its taps are more than one pixel apart
 */
export function convolutionGradients(call: GradientCall<'Conv'>): InputGradients {
  const { node, outputGradient } = call;
  const x = required(node.inputs, 0);
  const weight = required(node.inputs, 1);
  if (node.attributes.dilations) throw new Error('Conv: the gradient needs taps that are one pixel apart');
  return [
    () => convolutionInputGradient(x, weight, outputGradient, node.attributes),
    () => convolutionWeightGradient(x, outputGradient, node.attributes),
    () => reduceSum(outputGradient, [0, 2, 3], 0),
  ];
}

/**
 * dx and dweight of a transposed convolution: it is itself a convolution's input gradient, so that its input plays the
 * output gradient's part, and the gradient that arrives plays the input's.
 */
export function transposedConvolutionGradients({
  node,
  outputGradient,
}: GradientCall<'ConvTranspose'>): InputGradients {
  const { kernel_shape, strides, pads } = node.attributes;
  const window = { kernel_shape, strides, pads };
  return [
    () => conv(outputGradient, required(node.inputs, 1), null, window),
    () => convolutionWeightGradient(outputGradient, required(node.inputs, 0), window),
  ];
}

/**
 * dweight[o, i, u, v] = Σ over samples and pixels of dy[o, p] · x[i, p · stride + (u, v)], x padded: a convolution too, of x
 * with dy as its kernel, whose taps are a stride apart; samples and channels change places. What `lowering` makes of it is
 * faster.
 * @param x the convolution's input [N, I, H, W]
 * @param dy the gradient of its output [N, O, H', W']
 * @returns [O, I, kH, kW]
 */
function convolutionWeightGradient(x: Value, dy: Value, { kernel_shape, strides, pads }: WindowAttributes): Value {
  const samplesInward = [1, 0, 2, 3];
  const window = {
    kernel_shape: staticShape(dy.shape.slice(2), 'the weight gradient of Conv'),
    strides: [1, 1],
    pads,
    dilations: strides,
  };
  const gradient = conv(transpose(x, samplesInward), transpose(dy, samplesInward), null, window);
  // Rows and columns of x that no window reached give further positions.
  const isWhole = sameShape(gradient.shape.slice(2), kernel_shape);
  const own = isWhole ? gradient : slice(gradient, { axes: [2, 3], starts: [0, 0], ends: kernel_shape });
  return transpose(own, samplesInward);
}

/**
 * With stride 1 and pads below the kernel's size, a convolution of dy with the kernel rotated by 180° and its channel axes
 * exchanged, padded with kernel − 1 − pads; otherwise a transposed convolution.
 */
function convolutionInputGradient(x: Value, weight: Value, dy: Value, attributes: WindowAttributes): Value {
  const { kernel_shape, strides, pads } = attributes;
  const opposite = pads.map((size, side) => (kernel_shape[side % 2] ?? 1) - 1 - size);
  if (strides.every((stride) => stride === 1) && opposite.every((size) => size >= 0)) {
    return conv(dy, rotatedKernel(weight), null, { kernel_shape, strides, pads: opposite });
  }
  const sizes = staticShape(x.shape.slice(2), 'the gradient of Conv');
  const gradientSizes = staticShape(dy.shape.slice(2), 'the gradient of Conv');
  const output_padding = sizes.map((size, axis) => {
    const padding = (pads[axis] ?? 0) + (pads[axis + 2] ?? 0);
    const reached = ((gradientSizes[axis] ?? 1) - 1) * (strides[axis] ?? 1) + (kernel_shape[axis] ?? 1) - padding;
    return size - reached;
  });
  return convTranspose(dy, weight, { kernel_shape, strides, pads, output_padding });
}

/** [O, I, kH, kW] → [I, O, kH, kW] with both kernel axes reversed; a constant weight is rotated when the graph is built. */
function rotatedKernel(weight: Value): Value {
  if (weight.kind === 'constant' && weight.tensor.data instanceof Float32Array) {
    return constant(rotateTensor(floatTensor(weight.tensor.shape, weight.tensor.data)));
  }
  const swapped = transpose(weight, [1, 0, 2, 3]);
  return slice(swapped, { axes: [2, 3], starts: [-1, -1], ends: [-END, -END], steps: [-1, -1] });
}

function rotateTensor({ shape, data }: FloatTensor): FloatTensor {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = shape;
  const area = height * width;
  const rotated = new Float32Array(data.length);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const from = (o * inputs + i) * area;
      const to = (i * outputs + o) * area;
      for (let k = 0; k < area; k++) rotated[to + k] = data[from + area - 1 - k] ?? 0;
    }
  }
  return floatTensor([inputs, outputs, height, width], rotated);
}
