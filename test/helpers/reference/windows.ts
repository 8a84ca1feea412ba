import type { ConvolutionAttributes, WindowAttributes } from '../../../src/graph-builder/ir/value.ts';
import { type NumberTensor, numberTensor } from '../number-tensor.ts';

/** Sizes and steps of a two-dimensional window as plain numbers. */
function windowNumbers({ kernel_shape, strides, pads, dilations = [] }: ConvolutionAttributes) {
  const [kernelHeight = 1, kernelWidth = 1] = kernel_shape;
  const [strideY = 1, strideX = 1] = strides;
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  const [dilationY = 1, dilationX = 1] = dilations;
  return { kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX, top, left, bottom, right };
}

function sizes4({ shape }: NumberTensor): readonly [number, number, number, number] {
  const [n = 1, c = 1, h = 1, w = 1] = shape;
  return [n, c, h, w];
}

/** Output sizes of Conv and the pools: ⌊(size + pads − kernel) / stride⌋ + 1 (ceil_mode 0). */
function slidingSizes(height: number, width: number, attributes: ConvolutionAttributes): readonly [number, number] {
  const numbers = windowNumbers(attributes);
  const { kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX, top, left, bottom, right } = numbers;
  return [
    Math.floor((height + top + bottom - (kernelHeight - 1) * dilationY - 1) / strideY) + 1,
    Math.floor((width + left + right - (kernelWidth - 1) * dilationX - 1) / strideX) + 1,
  ];
}

/** Conv with group 1: y[n, o, p] = bias[o] + Σ_i Σ_k w[o, i, k] · x[n, i, p · stride + k · dilation − pad]. */
export function convolve(
  x: NumberTensor,
  weight: NumberTensor,
  bias: NumberTensor | null,
  attributes: ConvolutionAttributes,
): NumberTensor {
  const [batch, channels, height, width] = sizes4(x);
  const [outputs] = sizes4(weight);
  const { kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX, top, left } = windowNumbers(attributes);
  const [rows, columns] = slidingSizes(height, width, attributes);
  const result = new Float64Array(batch * outputs * rows * columns);
  let position = 0;
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputs; o++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          let sum = bias?.data[o] ?? 0;
          for (let i = 0; i < channels; i++) {
            for (let u = 0; u < kernelHeight; u++) {
              const y = row * strideY + u * dilationY - top;
              if (y < 0 || y >= height) continue;
              for (let v = 0; v < kernelWidth; v++) {
                const z = column * strideX + v * dilationX - left;
                if (z < 0 || z >= width) continue;
                const pixel = x.data[((n * channels + i) * height + y) * width + z] ?? Number.NaN;
                sum += pixel * (weight.data[((o * channels + i) * kernelHeight + u) * kernelWidth + v] ?? Number.NaN);
              }
            }
          }
          result[position++] = sum;
        }
      }
    }
  }
  return numberTensor([batch, outputs, rows, columns], result, x.type);
}

/** ConvTranspose with group 1 and dilations 1: every input pixel adds its multiple of the kernel to the output. */
export function convolveTransposed(
  x: NumberTensor,
  weight: NumberTensor,
  bias: NumberTensor | null,
  attributes: WindowAttributes & { readonly output_padding: readonly number[] },
): NumberTensor {
  const [batch, channels, height, width] = sizes4(x);
  const [, outputs] = sizes4(weight);
  const { kernelHeight, kernelWidth, strideY, strideX, top, left, bottom, right } = windowNumbers(attributes);
  const [extraRows = 0, extraColumns = 0] = attributes.output_padding;
  const rows = strideY * (height - 1) + extraRows + kernelHeight - top - bottom;
  const columns = strideX * (width - 1) + extraColumns + kernelWidth - left - right;
  const area = rows * columns;
  const result = new Float64Array(batch * outputs * area).map(
    (_, i) => bias?.data[Math.floor(i / area) % outputs] ?? 0,
  );
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < channels; i++) {
      for (let y = 0; y < height; y++) {
        for (let z = 0; z < width; z++) {
          const pixel = x.data[((n * channels + i) * height + y) * width + z] ?? Number.NaN;
          for (let o = 0; o < outputs; o++) {
            for (let u = 0; u < kernelHeight; u++) {
              for (let v = 0; v < kernelWidth; v++) {
                const row = y * strideY + u - top;
                const column = z * strideX + v - left;
                if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
                const factor = weight.data[((i * outputs + o) * kernelHeight + u) * kernelWidth + v] ?? Number.NaN;
                const target = ((n * outputs + o) * rows + row) * columns + column;
                result[target] = (result[target] ?? 0) + pixel * factor;
              }
            }
          }
        }
      }
    }
  }
  return numberTensor([batch, outputs, rows, columns], result, x.type);
}

/** The numbers inside each window (padding left out), reduced to one: MaxPool and AveragePool (count_include_pad 0). */
export function pool(
  x: NumberTensor,
  attributes: WindowAttributes,
  reduce: (values: readonly number[]) => number,
): NumberTensor {
  const [batch, channels, height, width] = sizes4(x);
  const { kernelHeight, kernelWidth, strideY, strideX, top, left } = windowNumbers(attributes);
  const [rows, columns] = slidingSizes(height, width, attributes);
  const result: number[] = [];
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const values: number[] = [];
        for (let u = 0; u < kernelHeight; u++) {
          for (let v = 0; v < kernelWidth; v++) {
            const y = row * strideY + u - top;
            const z = column * strideX + v - left;
            if (y < 0 || y >= height || z < 0 || z >= width) continue;
            values.push(x.data[(plane * height + y) * width + z] ?? Number.NaN);
          }
        }
        result.push(reduce(values));
      }
    }
  }
  return numberTensor([batch, channels, rows, columns], result, x.type);
}

/** InstanceNormalization: scale · (x − mean) / √(variance + ε) + bias over each sample's channel, biased variance. */
export function normalizeInstances(
  x: NumberTensor,
  scale: NumberTensor,
  bias: NumberTensor,
  epsilon: number,
): NumberTensor {
  const [batch = 1, channels = 1] = x.shape;
  const area = x.data.length / (batch * channels);
  const result = new Float64Array(x.data.length);
  for (let plane = 0; plane < batch * channels; plane++) {
    const values = x.data.subarray(plane * area, (plane + 1) * area);
    const mean = values.reduce((sum, value) => sum + value, 0) / area;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / area;
    const factor = (scale.data[plane % channels] ?? Number.NaN) / Math.sqrt(variance + epsilon);
    const offset = bias.data[plane % channels] ?? Number.NaN;
    result.set(
      values.map((value) => (value - mean) * factor + offset),
      plane * area,
    );
  }
  return numberTensor(x.shape, result, x.type);
}
