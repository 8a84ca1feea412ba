import type { WindowAttributes } from '../ir/attributes.ts';
import { staticShape } from '../ir/dimension.ts';
import { type FloatTensor, floatTensor } from '../ir/tensor.ts';
import { constant, type Value } from '../ir/value.ts';
import {
  concat,
  conv,
  convTranspose,
  END,
  matMul,
  pad,
  reduceSum,
  reshape,
  slice,
  transpose,
} from '../operators/index.ts';
import { required } from '../operators/inference.ts';
import { fitsWinograd, winogradWeightGradient } from '../operators/winograd.ts';
import type { GradientCall, InputGradients } from './gradient-call.ts';

/** Up to this many channels, all shifted copies of a picture fit in one matrix and one product is fastest. */
const fewChannels = 4;
/** From this many channels on, transforming tiles costs less than the products that it saves. */
const manyChannels = 32;

/** dx, dweight and dbias of a convolution (any stride, explicit pads). */
export function convolutionGradients(call: GradientCall<'Conv'>): InputGradients {
  const { node, outputGradient } = call;
  const x = required(node.inputs, 0);
  const weight = required(node.inputs, 1);
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
 * With stride 1 and pads below the kernel's size, a convolution of dy with the weight turned by 180° and its channel axes
 * exchanged, padded with kernel − 1 − pads; otherwise a transposed convolution.
 */
function convolutionInputGradient(x: Value, weight: Value, dy: Value, attributes: WindowAttributes): Value {
  const { kernel_shape, strides, pads } = attributes;
  const opposite = pads.map((size, side) => (kernel_shape[side % 2] ?? 1) - 1 - size);
  if (strides.every((stride) => stride === 1) && opposite.every((size) => size >= 0)) {
    return conv(dy, turnedWeight(weight), null, { kernel_shape, strides, pads: opposite });
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

/** [O, I, kH, kW] → [I, O, kH, kW] with both kernel axes reversed; a frozen weight is turned when the graph is built. */
function turnedWeight(weight: Value): Value {
  if (weight.kind === 'constant' && weight.tensor.type === 'float32') {
    return constant(
      turnTensor({ ...weight.tensor, type: 'float32', data: Float32Array.from(weight.tensor.data, Number) }),
    );
  }
  const swapped = transpose(weight, [1, 0, 2, 3]);
  return slice(swapped, { axes: [2, 3], starts: [-1, -1], ends: [-END, -END], steps: [-1, -1] });
}

function turnTensor({ shape, data }: FloatTensor): FloatTensor {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = shape;
  const area = height * width;
  const turned = new Float32Array(data.length);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const from = (o * inputs + i) * area;
      const to = (i * outputs + o) * area;
      for (let k = 0; k < area; k++) turned[to + k] = data[from + area - 1 - k] ?? 0;
    }
  }
  return floatTensor([inputs, outputs, height, width], turned);
}

/**
 * dweight[o, i, u, v] = Σ over samples and pixels of dy[o, p] · x[i, p · stride + (u, v)], x padded: one matrix product
 * for each kernel position, or a single one over all shifted copies where a side has so few channels that they fit.
 */
function convolutionWeightGradient(x: Value, dy: Value, attributes: WindowAttributes): Value {
  const { kernel_shape, strides, pads } = attributes;
  const [batch = 0, inputs = 0] = staticShape(x.shape, 'the weight gradient of Conv');
  const [, outputs = 0, height = 0, width = 0] = staticShape(dy.shape, 'the weight gradient of Conv');
  if (fitsWinograd(dy, attributes) && Math.min(inputs, outputs) >= manyChannels) {
    return winogradWeightGradient(x, dy, pads);
  }
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  const padded = pads.some((size) => size > 0) ? pad(x, [0, 0, top, left, 0, 0, bottom, right], 'constant') : x;
  const shifts = kernelShifts(kernel_shape);
  const positions = shifts.length;
  const shape = [outputs, inputs, ...kernel_shape];
  const dense = strides.every((stride) => stride === 1);

  if (dense && outputs <= fewChannels && inputs > outputs) return gradientOverShiftedOutputs(padded, dy, kernel_shape);
  const area = height * width;
  const phaseOf = dense ? () => padded : phases(padded, strides);
  const rows = shifts.map((shift) => {
    const start = shift.map((distance, axis) => Math.floor(distance / (strides[axis] ?? 1)));
    return reshape(window(phaseOf(shift), start, [height, width]), [batch, inputs, area]);
  });
  const columns = transpose(reshape(dy, [batch, outputs, area]), [0, 2, 1]);
  if (inputs <= fewChannels) {
    const product = sumOverBatch(matMul(concat(rows, 1), columns));
    return reshape(transpose(reshape(product, [positions, inputs, outputs]), [2, 1, 0]), shape);
  }
  const products = rows.map((row) => reshape(sumOverBatch(matMul(row, columns)), [1, inputs, outputs]));
  return reshape(transpose(concat(products, 0), [2, 1, 0]), shape);
}

/** The same sum read from dy's side: dweight[o, i, u, v] = Σ_q x[i, q] · dy[o, q − (u, v)], with dy zero outside. */
function gradientOverShiftedOutputs(padded: Value, dy: Value, kernel: readonly number[]): Value {
  const [batch = 0, inputs = 0, height = 0, width = 0] = staticShape(padded.shape, 'the weight gradient of Conv');
  const [, outputs = 0] = staticShape(dy.shape, 'the weight gradient of Conv');
  const [kernelHeight = 1, kernelWidth = 1] = kernel;
  const [y, x] = [kernelHeight - 1, kernelWidth - 1];
  const surrounded = pad(dy, [0, 0, y, x, 0, 0, y, x], 'constant');
  const shifts = kernelShifts(kernel);
  const rows = shifts.map(([u = 0, v = 0]) => {
    const shifted = window(surrounded, [y - u, x - v], [height, width]);
    return reshape(shifted, [batch, outputs, height * width]);
  });
  const columns = transpose(reshape(padded, [batch, inputs, height * width]), [0, 2, 1]);
  const product = reshape(sumOverBatch(matMul(concat(rows, 1), columns)), [shifts.length, outputs, inputs]);
  return reshape(transpose(product, [1, 2, 0]), [outputs, inputs, ...kernel]);
}

function kernelShifts([height = 1, width = 1]: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: height * width }, (_, position) => [Math.floor(position / width), position % width]);
}

/** The part of x [N, C, H, W] from a shift on, of the height and width given. */
function window(x: Value, shift: readonly number[], sizes: readonly number[]): Value {
  const ends = shift.map((start, axis) => start + (sizes[axis] ?? 1));
  return slice(x, { axes: [2, 3], starts: shift, ends });
}

/**
 * Every stride-th pixel of x [N, C, H, W], from each of the first positions on: separated once, since slices with steps
 * are slow and a kernel would take several of each.
 * @returns the pixels from a shift's phase on, [N, C, ⌈H / stride⌉, ⌈W / stride⌉], with zeros beyond the border
 */
function phases(x: Value, strides: readonly number[]): (shift: readonly number[]) => Value {
  const [batch = 0, channels = 0, height = 0, width = 0] = staticShape(x.shape, 'the weight gradient of Conv');
  const [down = 1, right = 1] = strides;
  const [rows, columns] = [Math.ceil(height / down), Math.ceil(width / right)];
  const surplus = [rows * down - height, columns * right - width];
  const whole = surplus.some((size) => size > 0) ? pad(x, [0, 0, 0, 0, 0, 0, ...surplus], 'constant') : x;
  const blocks = reshape(whole, [batch * channels, rows, down, columns, right]);
  const separated = reshape(transpose(blocks, [2, 4, 0, 1, 3]), [down * right, batch, channels, rows, columns]);
  const all = Array.from({ length: down * right }, (_, phase) =>
    reshape(slice(separated, { axes: [0], starts: [phase], ends: [phase + 1] }), [batch, channels, rows, columns]),
  );
  return ([u = 0, v = 0]) => all[(u % down) * right + (v % right)] ?? x;
}

/** [N, rows, columns] → [rows, columns]. */
function sumOverBatch(products: Value): Value {
  const [batch, rows = 0, columns = 0] = staticShape(products.shape, 'the weight gradient of Conv');
  return batch === 1 ? reshape(products, [rows, columns]) : reduceSum(products, [0], 0);
}
