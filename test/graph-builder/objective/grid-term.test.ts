import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/graph-builder/autodiff/gradients.ts';
import { input } from '../../../src/graph-builder/ir/value.ts';
import { gridTerm } from '../../../src/graph-builder/objective/grid-term.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { numberTensor, tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';

function graphOf(height: number, width: number, samples = 1) {
  const image = input('image', 'float32', [samples, 3, height, width]);
  return { name: 'grid', inputs: [image], outputs: [{ name: 'loss', value: gridTerm(image) }] };
}

function termOf(height: number, width: number, level: (y: number, x: number) => number): number {
  const values = Array.from({ length: 3 * height * width }, (_, index) =>
    level(Math.floor(index / width) % height, index % width),
  );
  const image = numberTensor([1, 3, height, width], values, 'float32');
  return tensorNamed(evaluateGraph(graphOf(height, width), { image }), 'loss').data[0] ?? Number.NaN;
}

describe('the grid term', () => {
  it('is the variance of what is repeated every four pixels, or every two', () => {
    expect(termOf(128, 128, (_, x) => (x % 4 === 0 ? 4 * 51 : 0))).toBeCloseTo(3 * 0.2 ** 2, 6);
    expect(termOf(128, 128, (y, x) => ((x + y) % 2 === 0 ? 51 : 0))).toBeCloseTo(0.1 ** 2, 6);
  });

  it('is next to nothing for a flat picture, a slope, and strokes that lie anywhere', () => {
    expect(termOf(128, 128, () => 100)).toBe(0);
    expect(termOf(128, 128, (_, x) => x)).toBeLessThan(1e-4);
    const noise = randomTensor([128 * 128], 3, 0, 255).data;
    expect(termOf(128, 128, (y, x) => noise[128 * y + x] ?? 0)).toBeLessThan(1e-3);
  });

  it('finds a grid whose phase changes from one place to the next', () => {
    const grid = (y: number, x: number) => ((x + (y < 64 ? 0 : 2)) % 4 < 2 ? 51 : 0);
    expect(termOf(128, 128, grid)).toBeCloseTo(0.1 ** 2, 6);
  });

  it('has a gradient, of pictures whose windows leave something over too', async () => {
    const graph = graphOf(132, 16, 2);
    const differentiated = differentiate(graph, 'loss', graph.inputs);
    const feeds = { image: randomTensor([2, 3, 132, 16], 1, 0, 255) };
    const expected = checkVjp({ graph: differentiated, feeds, differentiated: ['image'] }, 1e-6);
    expectAllClose(await runGraph(differentiated, feeds), expected, 1e-4);
  });
});
