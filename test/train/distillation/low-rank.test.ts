import { describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { convolutionCost } from '../../../src/graph-builder/networks/low-rank.ts';
import { vggConvolutionsTo } from '../../../src/graph-builder/networks/vgg-architecture.ts';
import { chooseRanks } from '../../../src/train/distillation/choose-ranks.ts';
import { principalComponents, projectedConvolution } from '../../../src/train/distillation/principal-components.ts';
import { randomTensor } from '../../helpers/random.ts';

const [outputs, inputs, rank] = [6, 2, 2];
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

function statisticsOf(responses: readonly (readonly number[])[]) {
  const average = (of: (y: readonly number[]) => number) =>
    responses.reduce((sum, y) => sum + of(y), 0) / responses.length;
  const mean = Float64Array.from({ length: outputs }, (_, i) => average((y) => y[i] ?? 0));
  const covariance = Float64Array.from({ length: outputs ** 2 }, (_, index) => {
    const [i, j] = [Math.floor(index / outputs), index % outputs];
    return average((y) => ((y[i] ?? 0) - (mean[i] ?? 0)) * ((y[j] ?? 0) - (mean[j] ?? 0)));
  });
  return { mean, covariance };
}

describe('the projection on principal components', () => {
  it('loses nothing of a convolution that is of low rank already', () => {
    const { weight, bias } = lowRankConvolution();
    const windows = Array.from({ length: 50 }, (_, seed) => randomTensor([length], 10 + seed, -1, 1).data);
    const responses = windows.map((window) => respond(weight.data, bias.data, window));
    const components = principalComponents(statisticsOf(responses));
    expect(components.variances[rank] ?? 1).toBeLessThan(1e-9);
    const low = projectedConvolution({ weight, bias }, components, rank);
    expect(low.basis.shape).toEqual([rank, inputs, 3, 3]);
    windows.forEach((window, number) => {
      const reduced = respond(low.basis.data, new Float32Array(rank), window);
      const restored = [...low.bias.data].map((offset, output) =>
        reduced.reduce((sum, x, r) => sum + x * (low.weight.data[output * rank + r] ?? 0), offset),
      );
      for (const [output, value] of restored.entries()) {
        expect(value).toBeCloseTo(responses[number]?.[output] ?? Number.NaN, 4);
      }
    });
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
