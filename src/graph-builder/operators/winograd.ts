import { staticShape } from '../ir/dimension.ts';
import { type FloatTensor, floatTensor } from '../ir/tensor.ts';
import { type ConstantValue, type ConvolutionAttributes, constant, type Value } from '../ir/value.ts';
import { conv, convTranspose, matMul, reshape, transpose } from './index.ts';

/*
 * Winograd's minimal filtering F(4×4, 3×3) in standard operators (Lavin and Gray 2016, section 4.3): a 3×3 convolution
 * works on tiles of 4×4 outputs, each from 6×6 inputs, with 36 products a channel pair in place of 144. With the matrices
 * Bᵀ, G and Aᵀ below, a tile's output is Aᵀ [(G w Gᵀ) ⊙ (Bᵀ d B)] A. All tiles of all channels are transformed by one
 * convolution with one input channel, and the products of all channels are 36 matrix products.
 */

type Matrix = readonly (readonly number[])[];

const inputMatrix: Matrix = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
];
const weightMatrix: Matrix = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
];
const outputMatrix: Matrix = [
  [1, 1, 1, 1, 1, 0],
  [0, 1, -1, 2, -2, 0],
  [0, 1, 1, 4, 4, 0],
  [0, 1, -1, 8, -8, 1],
];

/** Rows and columns of outputs in a tile. */
export const tileSize = 4;
const kernelSize = 3;
const windowSize = tileSize + kernelSize - 1;
/** Entries of a transformed tile. */
const entries = windowSize ** 2;

/** The Kronecker product of a matrix with itself: what the matrix does to both axes of a row-major square at once. */
function onBothAxes(matrix: Matrix): Matrix {
  return matrix.flatMap((row) => matrix.map((column) => row.flatMap((a) => column.map((b) => a * b))));
}

function transposed(matrix: Matrix): Matrix {
  return (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] ?? 0));
}

function matrixConstant(matrix: Matrix, shape: readonly number[]): ConstantValue {
  return constant(floatTensor(shape, Float32Array.from(matrix.flat())));
}

const onWeights = onBothAxes(weightMatrix);
const inputFilters = matrixConstant(onBothAxes(inputMatrix), [entries, 1, windowSize, windowSize]);
/** Turns a transformed tile into 4×4 outputs, and, read as a convolution, outputs into a transformed tile. */
const outputFilters = matrixConstant(transposed(onBothAxes(outputMatrix)), [entries, 1, tileSize, tileSize]);

const tileWindow = { kernel_shape: [tileSize, tileSize], strides: [tileSize, tileSize], pads: [0, 0, 0, 0] };

/** Whether a convolution of one picture can be computed so: 3×3, stride 1, output sides that are multiples of four. */
export function fitsWinograd(output: Value, { kernel_shape, strides, dilations }: ConvolutionAttributes): boolean {
  const [batch, , height, width] = output.shape;
  const divides = (side: unknown) => typeof side === 'number' && side % tileSize === 0;
  const isPlain = kernel_shape.every((size) => size === kernelSize) && strides.every((stride) => stride === 1);
  return isPlain && !dilations && batch === 1 && divides(height) && divides(width);
}

/** G w Gᵀ of every kernel of a frozen weight: [O, I, 3, 3] → [36, O, I]. */
export function winogradWeight({ shape, data }: FloatTensor): FloatTensor {
  const [outputs = 0, inputs = 0] = shape;
  const pairs = outputs * inputs;
  const transformed = new Float32Array(entries * pairs);
  onWeights.forEach(([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0], entry) => {
    const [to, kernel] = [entry * pairs, kernelSize ** 2];
    // One kernel a line, written out: millions of kernels are transformed before a training starts.
    for (let pair = 0, k = 0; pair < pairs; pair++, k += kernel) {
      const above = a * at(data, k) + b * at(data, k + 1) + c * at(data, k + 2);
      const middle = d * at(data, k + 3) + e * at(data, k + 4) + f * at(data, k + 5);
      const below = g * at(data, k + 6) + h * at(data, k + 7) + i * at(data, k + 8);
      transformed[to + pair] = above + middle + below;
    }
  });
  return floatTensor([entries, outputs, inputs], transformed);
}

const at = (data: Float32Array, index: number): number => data[index] ?? 0;

/**
 * A 3×3 convolution, as `conv` computes it (float32 rounding apart).
 * @param x [1, I, H, W]
 * @param weight as `winogradWeight` gives it [36, O, I]
 * @param pads [top, left, bottom, right]; what `fitsWinograd` asks for must hold
 * @returns [1, O, H', W']
 */
export function winogradConvolution(x: Value, weight: Value, pads: readonly number[]): Value {
  const [, outputs = 0] = staticShape(weight.shape, 'a Winograd convolution');
  const tiles = inputTiles(x, pads);
  const products = matMul(weight, tiles.values);
  const square = reshape(transpose(products, [1, 0, 2]), [outputs, entries, tiles.rows, tiles.columns]);
  const picture = convTranspose(square, outputFilters, { ...tileWindow, output_padding: [0, 0] });
  return reshape(picture, [1, outputs, tileSize * tiles.rows, tileSize * tiles.columns]);
}

/**
 * The gradient of a 3×3 convolution's weight, the derivative of the formula above: Gᵀ [Σ (A dy Aᵀ) ⊙ (Bᵀ d B)] G, summed
 * over the tiles.
 * @param x the convolution's input [1, I, H, W]
 * @param dy the gradient of its output [1, O, H', W']
 * @returns [O, I, 3, 3]
 */
export function winogradWeightGradient(x: Value, dy: Value, pads: readonly number[]): Value {
  const [, inputs = 0] = staticShape(x.shape, 'the weight gradient of Conv');
  const [, outputs = 0, height = 0, width = 0] = staticShape(dy.shape, 'the weight gradient of Conv');
  const tiles = inputTiles(x, pads);
  const transformed = conv(reshape(dy, [outputs, 1, height, width]), outputFilters, null, tileWindow);
  const gradient = transpose(reshape(transformed, [outputs, entries, tiles.rows * tiles.columns]), [1, 0, 2]);
  const products = matMul(gradient, transpose(tiles.values, [0, 2, 1]));
  const byPair = transpose(reshape(products, [entries, outputs * inputs]), [1, 0]);
  const kernel = matMul(byPair, matrixConstant(onWeights, [entries, kernelSize ** 2]));
  return reshape(kernel, [outputs, inputs, kernelSize, kernelSize]);
}

interface InputTiles {
  /** Transformed tiles [36, I, tiles]. */
  readonly values: Value;
  readonly rows: number;
  readonly columns: number;
}

function inputTiles(x: Value, pads: readonly number[]): InputTiles {
  const [, inputs = 0, height = 0, width = 0] = staticShape(x.shape, 'a Winograd convolution');
  const strides = [tileSize, tileSize];
  const window = { kernel_shape: [windowSize, windowSize], strides, pads };
  const transformed = conv(reshape(x, [inputs, 1, height, width]), inputFilters, null, window);
  const [, , rows = 0, columns = 0] = staticShape(transformed.shape, 'a Winograd convolution');
  return { values: transpose(reshape(transformed, [inputs, entries, rows * columns]), [1, 0, 2]), rows, columns };
}
