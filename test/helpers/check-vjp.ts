import { expect } from 'vitest';
import type { GradientGraph } from './gradient-graph.ts';
import { type NumberTensors, tensorNamed } from './number-tensor.ts';
import { randomTensor } from './random.ts';
import { evaluateGraph } from './reference/evaluate.ts';

/**
 * Checks a graph's outputs `NAME.grad` at a point, entirely in float64: for each input, the directional derivative along a
 * random direction (Σ gradient · direction) against the central difference of `loss`.
 * @param step of the central difference: its truncation error falls with the square, its rounding error in float64 is
 * below 1e-14 · loss / step; a function with many kinks needs a smaller one, to cross none of them
 * @returns all outputs by name, for further comparison
 */
export function checkVjp({ graph, feeds, differentiated }: GradientGraph, step = 1e-5): NumberTensors {
  const outputs = evaluateGraph(graph, feeds);
  const forward = { ...graph, outputs: graph.outputs.filter(({ name }) => name === 'loss') };
  differentiated.forEach((name, index) => {
    const point = tensorNamed(feeds, name);
    const gradient = tensorNamed(outputs, `${name}.grad`);
    expect([...gradient.shape], `shape of the gradient of ${name}`).toEqual([...point.shape]);
    const direction = randomTensor(point.shape, 1000 + index).data;
    const lossAt = (distance: number) => {
      const data = point.data.map((value, i) => value + distance * (direction[i] ?? 0));
      return (
        tensorNamed(evaluateGraph(forward, { ...feeds, [name]: { ...point, data } }), 'loss').data[0] ?? Number.NaN
      );
    };
    const difference = (lossAt(step) - lossAt(-step)) / (2 * step);
    const derivative = gradient.data.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0);
    const rounding = (1e-14 * Math.abs(lossAt(0))) / step;
    expect(
      Math.abs(derivative - difference),
      `error of d loss / d ${name}: ${derivative} against ${difference}`,
    ).toBeLessThanOrEqual(1e-6 * Math.abs(difference) + rounding);
  });
  return outputs;
}
