import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/graph-builder/autodiff/gradients.ts';
import { input } from '../../../src/graph-builder/ir/value.ts';
import { toneTerm } from '../../../src/graph-builder/objective/terms.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { type NumberTensor, numberTensor, tensorFrom, tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';

const shape = [2, 3, 32, 48];
const photograph = randomTensor(shape, 1, 0, 255);

function graph() {
  const [stylized, target] = [input('stylized', 'float32', shape), input('photograph', 'float32', shape)];
  const value = toneTerm(stylized, target);
  return { name: 'tones', inputs: [stylized, target], outputs: [{ name: 'loss', value }] };
}

function gradientGraph() {
  const tones = graph();
  return differentiate(tones, 'loss', tones.inputs.slice(0, 1));
}

function termOf(stylized: NumberTensor): number {
  return tensorNamed(evaluateGraph(graph(), { stylized, photograph }), 'loss').data[0] ?? Number.NaN;
}

const eachPixel = (change: (value: number, index: number) => number) =>
  numberTensor(shape, Array.from(photograph.data, change), 'float32');

describe('the tone term', () => {
  it('is nothing where a picture has other contrast and brightness, and two where light and dark are exchanged', () => {
    expect(termOf(eachPixel((value) => 0.3 * value + 100))).toBeCloseTo(0, 6);
    expect(termOf(eachPixel((value) => 255 - value))).toBeCloseTo(2, 6);
  });

  it('does not see which colours a tone is made of, nor motifs smaller than a cell', () => {
    const plane = 32 * 48;
    const change = [40, -20, -20];
    const otherColours = eachPixel((value, index) => value + (change[Math.floor(index / plane) % 3] ?? 0));
    expect(termOf(otherColours)).toBeCloseTo(0, 6);
    const stripes = eachPixel((value, index) => value + (index % 8 < 4 ? 60 : -60));
    expect(termOf(stripes)).toBeCloseTo(0, 6);
  });

  it('asks nothing definite of a flat picture, and has a gradient there', () => {
    const flat = tensorFrom(shape, () => 128);
    expect(termOf(flat)).toBeCloseTo(1, 6);
    const outputs = evaluateGraph(gradientGraph(), { stylized: flat, photograph });
    expect(Object.values(outputs).every(({ data }) => data.every(Number.isFinite))).toBe(true);
  });

  it('has the gradient that finite differences have', () => {
    const feeds = { stylized: randomTensor(shape, 2, 0, 255), photograph };
    checkVjp({ graph: gradientGraph(), feeds, differentiated: ['stylized'] }, 1e-6);
  });
});
