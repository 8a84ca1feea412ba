import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/graph-builder/autodiff/gradients.ts';
import { sortNodes } from '../../../src/graph-builder/ir/sort-nodes.ts';
import { type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { gramMatrix } from '../../../src/graph-builder/objective/terms.ts';
import { matMul, mul, reduceSum, transpose } from '../../../src/graph-builder/operators/index.ts';
import { applyRule } from '../../../src/lowering/lower.ts';
import { gramGradients } from '../../../src/lowering/rules/gram-gradients.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { type NumberTensors, tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';

const products = (graph: Graph) => sortNodes(graph).filter(({ operator }) => operator === 'MatMul').length;

/** Σ y · w, differentiated by a value of the graph. */
function differentiated(source: ReturnType<typeof input>, y: Value): Graph {
  const weights = input('weights', 'float32', y.shape);
  const axes = y.shape.map((_, axis) => axis);
  const outputs = [{ name: 'loss', value: reduceSum(mul(y, weights), axes, 0) }];
  return differentiate({ name: 'g', inputs: [source, weights], outputs }, 'loss', [source]);
}

describe("a Gram matrix's gradient", () => {
  it('is one product in place of two', () => {
    const features = input('features', 'float32', [2, 3, 4, 5]);
    const graph = differentiated(features, gramMatrix(features));
    const lowered = applyRule(graph, gramGradients);
    expect(products(graph) - products(lowered)).toBe(1);
    const feeds = { features: randomTensor([2, 3, 4, 5], 1), weights: randomTensor([2, 3, 3], 2) };
    expectAllClose(evaluateGraph(lowered, feeds), evaluateGraph(graph, feeds), 1e-12);
  });

  it('is left alone where the product is of two values', () => {
    const x = input('x', 'float32', [3, 4]);
    const graph = differentiated(x, matMul(mul(x, 2), transpose(x, [1, 0])));
    expect(applyRule(graph, gramGradients).outputs).toEqual(graph.outputs);
  });

  it('also comes back by the transposed matrix alone', () => {
    const x = input('x', 'float32', [3, 4]);
    const turned = input('turned', 'float32', [4, 3]);
    const of = (value: Value, graph: (matrix: Value) => Value) => graph(value);
    const gram = (matrix: Value) => matMul(transpose(matrix, [1, 0]), matrix);
    const data = randomTensor([4, 3], 3);
    const graph = differentiated(turned, of(turned, gram));
    const feeds: NumberTensors = { turned: data, weights: randomTensor([3, 3], 4) };
    const plain = differentiated(x, matMul(x, transpose(x, [1, 0])));
    const transposed = {
      ...randomTensor([3, 4], 0),
      data: data.data.map((_, i) => data.data[(i % 4) * 3 + Math.floor(i / 4)] ?? 0),
    };
    const expected = tensorNamed(
      evaluateGraph(plain, { x: transposed, weights: tensorNamed(feeds, 'weights') }),
      'x.grad',
    );
    const received = tensorNamed(evaluateGraph(applyRule(graph, gramGradients), feeds), 'turned.grad');
    for (const [i, value] of received.data.entries()) {
      expect(value).toBeCloseTo(expected.data[(i % 3) * 4 + Math.floor(i / 3)] ?? Number.NaN, 12);
    }
  });
});
