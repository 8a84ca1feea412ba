import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/graph-builder/autodiff/gradients.ts';
import { input } from '../../../src/graph-builder/ir/value.ts';
import { recipes } from '../../../src/graph-builder/objective/recipes.ts';
import { contentTerm } from '../../../src/graph-builder/objective/terms.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { type NumberTensor, numberTensor, tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';

const shape = [2, 3, 5, 4];
const pixels = 5 * 4;
const photograph = randomTensor(shape, 1, 0, 4);
const painted = randomTensor(shape, 2, 0, 4);

function graph() {
  const [features, target] = [input('features', 'float32', shape), input('target', 'float32', shape)];
  const value = contentTerm({ ...recipes.motifs, contentNorm: 'correlation' }, features, target);
  return { name: 'content', inputs: [features, target], outputs: [{ name: 'loss', value }] };
}

function termOf(features: NumberTensor, target: NumberTensor = photograph): number {
  return tensorNamed(evaluateGraph(graph(), { features, target }), 'loss').data[0] ?? Number.NaN;
}

function gradientGraph() {
  const content = graph();
  return differentiate(content, 'loss', content.inputs.slice(0, 1));
}

const eachChannel = (tensor: NumberTensor, change: (value: number, channel: number) => number): NumberTensor =>
  numberTensor(
    tensor.shape,
    Array.from(tensor.data, (value, index) => change(value, Math.floor(index / pixels) % 3)),
    'float32',
  );

/** Pearson's correlation of every channel, weighted by the target's variances, as the definition has it. */
function byDefinition(features: NumberTensor, target: NumberTensor): number {
  const channel = (tensor: NumberTensor, at: number) => {
    const values = Array.from(tensor.data.slice(at * pixels, (at + 1) * pixels));
    const mean = values.reduce((sum, value) => sum + value) / pixels;
    return values.map((value) => value - mean);
  };
  const product = (left: number[], right: number[]) => left.reduce((sum, value, i) => sum + value * (right[i] ?? 0), 0);
  const perSample = [0, 1].map((sample) => {
    let [shared, total] = [0, 0];
    for (const at of [0, 1, 2].map((index) => 3 * sample + index)) {
      const [x, y] = [channel(features, at), channel(target, at)];
      const energy = product(y, y);
      shared += (product(x, y) / Math.sqrt(Math.max(product(x, x), 0.01 * energy) * energy)) * energy;
      total += energy;
    }
    return shared / total;
  });
  return 1 - perSample.reduce((sum, value) => sum + value) / 2;
}

describe('the content term by correlation', () => {
  it('is one less the correlation of the channels, by the variances of the photograph', () => {
    expect(termOf(painted)).toBeCloseTo(byDefinition(painted, photograph), 6);
  });

  it('does not see another brightness and contrast of features, and sees what is turned around', () => {
    expect(termOf(photograph)).toBeCloseTo(0, 6);
    expect(termOf(eachChannel(photograph, (value, channel) => (0.5 + channel) * value + 3 * channel))).toBeCloseTo(
      0,
      6,
    );
    expect(termOf(eachChannel(photograph, (value) => 4 - value))).toBeCloseTo(2, 6);
  });

  it('calls a channel that lost its contrast lost, whatever is left of it', () => {
    const faint = eachChannel(photograph, (value) => 0.01 * value);
    expect(termOf(faint)).toBeCloseTo(0.9, 6);
  });

  it('is finite where a picture or a photograph is flat', async () => {
    const flat = eachChannel(photograph, () => 2);
    const differentiated = gradientGraph();
    for (const [features, target] of [
      [flat, photograph],
      [photograph, flat],
      [flat, flat],
    ] as const) {
      const outputs = await runGraph(differentiated, { features, target });
      for (const { data } of Object.values(outputs)) expect(Array.from(data).every(Number.isFinite)).toBe(true);
    }
  });

  it('has a gradient', async () => {
    const differentiated = gradientGraph();
    const feeds = { features: painted, target: photograph };
    const expected = checkVjp({ graph: differentiated, feeds, differentiated: ['features'] }, 1e-6);
    expectAllClose(await runGraph(differentiated, feeds), expected, 1e-4);
  });
});
