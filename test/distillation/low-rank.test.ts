import { describe, expect, it } from 'vitest';
import { chooseRanks } from '../../src/distillation/choose-ranks.ts';
import { principalComponents, projectedConvolution } from '../../src/distillation/principal-components.ts';
import { type FloatTensor, floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { constant, input, type Value } from '../../src/graph-builder/ir/value.ts';
import { convolutionCost } from '../../src/graph-builder/networks/low-rank.ts';
import { vggConvolutionsTo } from '../../src/graph-builder/networks/vgg-architecture.ts';
import { averagePool, conv } from '../../src/graph-builder/operators/index.ts';
import { expectAllClose } from '../helpers/closeness.ts';
import { randomTensor } from '../helpers/random.ts';
import { runGraph } from '../helpers/run-graph.ts';

const [outputs, inputs, rank] = [6, 3, 2];
const length = inputs * 9;

/** Responses W x + b of a convolution whose kernels and bias span only `rank` dimensions, to random windows. */
function lowRankConvolution() {
  const directions = randomTensor([outputs, rank], 1).data;
  const kernels = randomTensor([rank, length], 2).data;
  const combine = (of: (r: number) => number, output: number) =>
    [0, 1].reduce((sum, r) => sum + (directions[output * rank + r] ?? 0) * of(r), 0);
  const weight = Float32Array.from({ length: outputs * length }, (_, index) =>
    combine((r) => kernels[r * length + (index % length)] ?? 0, Math.floor(index / length)),
  );
  const bias = Float32Array.from({ length: outputs }, (_, output) => combine((r) => 3 + r, output));
  return { weight: floatTensor([outputs, inputs, 3, 3], weight), bias: floatTensor([outputs], bias) };
}

function respond(weight: Float32Array, bias: Float32Array, window: Float64Array): number[] {
  return [...bias].map((offset, output) =>
    window.reduce((sum, x, i) => sum + x * (weight[output * length + i] ?? 0), offset),
  );
}

/** Windows [3, 9] whose channels span two dimensions. */
function narrowWindow(seed: number): Float64Array {
  const directions = randomTensor([inputs, rank], 3).data;
  const values = randomTensor([rank, 9], seed).data;
  return Float64Array.from({ length }, (_, index) => {
    const [channel, place] = [Math.floor(index / 9), index % 9];
    return [0, 1].reduce((sum, r) => sum + (directions[channel * rank + r] ?? 0) * (values[r * 9 + place] ?? 0), 0);
  });
}

function statisticsOf(responses: readonly (readonly number[])[], windows: readonly Float64Array[]) {
  const average = <T>(samples: readonly T[], of: (sample: T) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const mean = Float64Array.from({ length: outputs }, (_, i) => average(responses, (y) => y[i] ?? 0));
  const covariance = Float64Array.from({ length: outputs ** 2 }, (_, index) => {
    const [i, j] = [Math.floor(index / outputs), index % outputs];
    return average(responses, (y) => ((y[i] ?? 0) - (mean[i] ?? 0)) * ((y[j] ?? 0) - (mean[j] ?? 0)));
  });
  const inputProduct = Float64Array.from({ length: inputs ** 2 }, (_, index) => {
    const [i, j] = [Math.floor(index / inputs), index % inputs];
    return average(windows, (x) => (x[i * 9 + 4] ?? 0) * (x[j * 9 + 4] ?? 0));
  });
  return { mean, covariance, inputProduct };
}

describe('the projection on principal components', () => {
  const { weight, bias } = lowRankConvolution();
  const windows = Array.from({ length: 50 }, (_, number) => narrowWindow(10 + number));
  const responses = windows.map((window) => respond(weight.data, bias.data, window));
  const components = principalComponents(statisticsOf(responses, windows));

  it('loses nothing of a convolution that is of low rank already, of pictures whose channels are', () => {
    expect(components.variances[rank] ?? 1).toBeLessThan(1e-9);
    const low = projectedConvolution({ weight, bias }, components, { rank, pooled: false });
    expect(low.reduction.shape).toEqual([rank, inputs, 1, 1]);
    expect(low.basis.shape).toEqual([rank, rank, 3, 3]);
    const combine = (kernel: Float32Array, row: number, values: (column: number) => number, columns: number) =>
      Array.from({ length: columns }).reduce<number>(
        (sum, _, i) => sum + (kernel[row * columns + i] ?? 0) * values(i),
        0,
      );
    windows.forEach((window, number) => {
      const narrow = (index: number) =>
        combine(low.reduction.data, Math.floor(index / 9), (channel) => window[channel * 9 + (index % 9)] ?? 0, inputs);
      const basis = (row: number) => combine(low.basis.data, row, narrow, rank * 9);
      for (const [output, offset] of [...low.bias.data].entries()) {
        const restored = offset + combine(low.weight.data, output, basis, rank);
        expect(restored).toBeCloseTo(responses[number]?.[output] ?? Number.NaN, 4);
      }
    });
  });

  it('makes a pooling that follows a part of the basis: the mean over four pixels', async () => {
    const [full, pooling] = [false, true].map((pooled) =>
      projectedConvolution({ weight, bias }, components, { rank, pooled }),
    );
    if (!full || !pooling) throw new Error('two projections');
    const image = input('image', 'float32', [1, rank, 6, 8]);
    const responsesOf = ({ data, shape }: FloatTensor, stride: number) =>
      conv(image, constant(floatTensor(shape, data)), null, {
        ...{ kernel_shape: shape.slice(2), strides: [stride, stride], pads: [1, 1, 1, 1] },
      });
    const halving = { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] };
    const run = (value: Value) =>
      runGraph(
        { name: 'basis', inputs: [image], outputs: [{ name: 'y', value }] },
        { image: randomTensor([1, rank, 6, 8], 5) },
      );
    const averaged = await run(averagePool(responsesOf(full.basis, 1), halving));
    expectAllClose(await run(responsesOf(pooling.basis, 2)), averaged, 1e-5);
  });
});

describe('chooseRanks', () => {
  const [first, ...convolutions] = vggConvolutionsTo('vgg19', 'relu2_2');
  if (!first) throw new Error('conv1_1');
  const kept = convolutionCost(first);
  const full = kept + convolutions.reduce((sum, convolution) => sum + convolutionCost(convolution), 0);
  const falling = (base: number) => Array.from({ length: 128 }, (_, index) => base ** index);

  it('stays within the share, and lowers most where least is lost', () => {
    const ranked = convolutions.map((convolution, index) => ({
      convolution,
      variances: falling(index === 0 ? 0.5 : 0.97),
    }));
    const ranks = chooseRanks(ranked, kept, 0.4);
    const cost = convolutions.reduce((sum, c) => sum + convolutionCost(c, ranks.get(c.name)), kept);
    expect(cost).toBeLessThanOrEqual(0.4 * full);
    expect(cost).toBeGreaterThan(0.35 * full);
    expect(ranks.get('conv1_2')).toBe(16);
    expect(ranks.get('conv2_2')).toBeGreaterThan(16);
  });

  it('names the smallest share that is possible', () => {
    const ranked = convolutions.map((convolution) => ({ convolution, variances: falling(0.9) }));
    expect(() => chooseRanks(ranked, kept, 0.01)).toThrow(/share of at least 0\.\d+ .* received 0\.01/);
  });
});
