import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../../src/graph-builder/ir/sort-nodes.ts';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input } from '../../../src/graph-builder/ir/value.ts';
import { add, exp, mul, sqrt, sub, transpose } from '../../../src/graph-builder/operators/index.ts';
import { divideGraph } from '../../../src/graph-builder/programs/divide-graph.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';

const shape = [2, 3];
const [x, a, b] = ['x', 'a', 'b'].map((name) => input(name, 'float32', shape));
const weight = transpose(constant(floatTensor([3, 2], Float32Array.from([1, 2, 3, 4, 5, 6]))), [1, 0]);

/** y reads e^a·√b, and a itself; z = √b depends on what is fixed only, t on no input but x. */
function example(): Graph {
  if (!x || !a || !b) throw new Error('Expected three inputs');
  const root = sqrt(b);
  const outputs = [
    { name: 'y', value: add(mul(x, mul(exp(a), root)), sub(x, a)) },
    { name: 'z', value: root },
    { name: 't', value: mul(x, weight) },
  ];
  return { name: 'example', inputs: [x, a, b], outputs };
}

const feeds = { x: randomTensor(shape, 1), a: randomTensor(shape, 2), b: randomTensor(shape, 3, 0.5, 1) };

describe('divideGraph', () => {
  const graph = example();
  const { once, repeated } = divideGraph(graph, x ? [x] : []);

  it('keeps the function', () => {
    const { x: changing, a, b } = feeds;
    const fixed = evaluateGraph(once, { a, b });
    expectAllClose(evaluateGraph(repeated, { x: changing, a, ...fixed }), evaluateGraph(graph, feeds), 1e-12);
  });

  it('computes once what no changing input reaches, and leaves what no input reaches to the runtime', () => {
    const operators = (part: Graph) => sortNodes(part).map(({ operator }) => operator);
    expect(operators(once).toSorted()).toEqual(['Exp', 'Mul', 'Sqrt']);
    expect(operators(repeated).toSorted()).toEqual(['Add', 'Mul', 'Mul', 'Sub', 'Transpose']);
  });

  it('declares the inputs that each part reads', () => {
    expect(once.inputs.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(once.outputs).toHaveLength(2);
    expect(repeated.inputs.map(({ name }) => name)).toEqual(['x', 'a', 'fixed.0', 'fixed.1']);
  });
});
