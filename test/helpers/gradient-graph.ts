import { differentiate } from '../../src/graph-builder/autodiff/gradients.ts';
import { type Graph, input, type Value } from '../../src/graph-builder/ir/value.ts';
import { mul, reduceSum } from '../../src/graph-builder/operators/index.ts';
import type { NumberTensor, NumberTensors } from './number-tensor.ts';
import { randomTensor } from './random.ts';

/** A function of tensors to differentiate, and where. */
export interface DifferentiableCase {
  readonly inputs: readonly NumberTensor[];
  readonly build: (...values: readonly Value[]) => Value;
}

/** A graph with its gradients, what to feed it and which of its inputs were differentiated. */
export interface GradientGraph {
  readonly graph: Graph;
  readonly feeds: NumberTensors;
  readonly differentiated: readonly string[];
}

/**
 * loss = Σ y · cotangent with a random cotangent, so that every element of y sends another gradient back; differentiated
 * by every float32 input (`x0`, `x1`, …).
 */
export function gradientGraph({ inputs, build }: DifferentiableCase): GradientGraph {
  const values = inputs.map(({ type, shape }, index) => input(`x${index}`, type, shape));
  const y = build(...values);
  const shape = y.shape.map(Number);
  const cotangent = input('cotangent', 'float32', shape);
  const weighted = mul(y, cotangent);
  const axes = shape.map((_, axis) => axis);
  const loss = axes.length === 0 ? weighted : reduceSum(weighted, axes, 0);
  const graph = { name: 'loss', inputs: [...values, cotangent], outputs: [{ name: 'loss', value: loss }] };
  const differentiated = values.filter(({ type }) => type === 'float32');
  const named = inputs.map((tensor, index) => [`x${index}`, tensor] as const);
  return {
    graph: differentiate(graph, 'loss', differentiated),
    feeds: { ...Object.fromEntries(named), cotangent: randomTensor(shape, 99, 0.5, 1.5) },
    differentiated: differentiated.map(({ name }) => name),
  };
}
