import { describe, expect, it } from 'vitest';
import { differentiate, gradients } from '../../../src/graph-builder/autodiff/gradients.ts';
import { symbolic } from '../../../src/graph-builder/ir/dimension.ts';
import { sortNodes } from '../../../src/graph-builder/ir/sort-nodes.ts';
import { type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { apply } from '../../../src/graph-builder/operators/apply.ts';
import {
  add,
  cast,
  END,
  greater,
  max,
  maxPool,
  mul,
  neg,
  pad,
  reduceMax,
  reduceMean,
  reduceSum,
  slice,
  tanh,
} from '../../../src/graph-builder/operators/index.ts';
import { loopGraph } from '../../helpers/loops.ts';
import { numberTensor, tensorNamed } from '../../helpers/number-tensor.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { tinyNetwork, tinyTrainingGraph } from '../../helpers/tiny-network.ts';
import { windowOf } from '../operators/window-cases.ts';

const x = input('x', 'float32', [4]);
const y = input('y', 'float32', [4]);
const total = (value: Value) =>
  reduceSum(
    value,
    value.shape.map((_, axis) => axis),
    0,
  );
const graphOf = (loss: Value): Graph => ({ name: 'g', inputs: [x, y], outputs: [{ name: 'loss', value: loss }] });
const feeds = { x: numberTensor([4], [1, -2, 3, 0.5]), y: numberTensor([4], [2, 1, -1, 4]) };

/** d loss / d x as numbers. */
const gradientAt = (loss: Value, values = feeds) =>
  Array.from(tensorNamed(evaluateGraph(differentiate(graphOf(loss), 'loss', [x]), values), 'x.grad').data);

describe('differentiate', () => {
  it('adds up what comes back over every path', () => {
    // d(x² + 3x + x·y) = 2x + 3 + y
    const loss = total(add(add(mul(x, x), mul(x, 3)), mul(x, y)));
    expect(gradientAt(loss)).toEqual([7, 0, 8, 8]);
  });

  it('keeps the outputs that the graph has and adds one for each input', () => {
    const graph = differentiate(graphOf(total(mul(x, y))), 'loss', [y, x]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(['loss', 'y.grad', 'x.grad']);
    expect(graph.inputs).toEqual([x, y]);
  });

  it('gives every gradient an output of its own where two inputs share one', async () => {
    const sum = add(x, y);
    const graph = differentiate(graphOf(total(mul(sum, sum))), 'loss', [x, y]);
    const outputs = await runGraph(graph, feeds);
    expect(Array.from(tensorNamed(outputs, 'x.grad').data)).toEqual([6, -2, 4, 9]);
    expect(tensorNamed(outputs, 'y.grad')).toEqual(tensorNamed(outputs, 'x.grad'));
  });

  it('gives a gradient that is another input of the graph an output of its own', async () => {
    const scalar = input('scalar', 'float32', []);
    const weight = input('weight', 'float32', []);
    const loss = mul(scalar, weight);
    const graph = { name: 'g', inputs: [scalar, weight], outputs: [{ name: 'loss', value: loss }] };
    const outputs = await runGraph(differentiate(graph, 'loss', [scalar, weight]), {
      scalar: numberTensor([], [3]),
      weight: numberTensor([], [5]),
    });
    expect(Object.values(outputs).map(({ data }) => data[0])).toEqual([15, 5, 3]);
  });

  it('builds nothing for what is not on a path from the inputs', () => {
    const loss = total(mul(tanh(x), tanh(y)));
    const operators = sortNodes(differentiate(graphOf(loss), 'loss', [x])).map(({ operator }) => operator);
    // 1 − tanh² once: for x alone.
    expect(operators.filter((operator) => operator === 'Sub')).toHaveLength(1);
  });

  it('sends the gradient to all of several equal maxima', () => {
    const values = { x: numberTensor([4], [1, 5, 2, 3]), y: numberTensor([4], [1, 4, 3, 3]) };
    expect(gradientAt(total(max(x, y)), values)).toEqual([1, 1, 0, 1]);
    const picture = input('x', 'float32', [1, 1, 2, 2]);
    const graph: Graph = {
      name: 'g',
      inputs: [picture],
      outputs: [{ name: 'loss', value: total(maxPool(picture, windowOf(2, 2))) }],
    };
    const outputs = evaluateGraph(differentiate(graph, 'loss', [picture]), {
      x: numberTensor([1, 1, 2, 2], [7, 1, 7, 2]),
    });
    expect(Array.from(tensorNamed(outputs, 'x.grad').data)).toEqual([1, 0, 1, 0]);
  });

  it('makes every node of the gradient with a scope that says whose it is', () => {
    const { graph } = tinyTrainingGraph(tinyNetwork);
    const scopes = sortNodes(graph).map(({ scope }) => scope);
    expect(scopes.filter((scope) => scope.startsWith('gradient.residual.3.conv1'))).not.toHaveLength(0);
  });

  it('reverses axes only as a whole, since WebGPU reads other backward slices wrongly', () => {
    // microsoft/onnxruntime #24744; a backward slice is right there only where it starts at the end.
    for (const padding of ['reflect', 'zero'] as const) {
      const slices = sortNodes(tinyTrainingGraph({ ...tinyNetwork, padding }).graph).flatMap((node) =>
        node.operator === 'Slice' && (node.inputs[4]?.contents ?? []).some((step) => Number(step) < 0) ? [node] : [],
      );
      expect(slices).not.toHaveLength(0);
      for (const { inputs } of slices) {
        const [starts = [], ends = []] = [inputs[1]?.contents, inputs[2]?.contents];
        expect([...new Set(starts)]).toEqual([-1]);
        expect([...new Set(ends)]).toEqual([-END]);
      }
    }
  });
});

describe('differentiate refuses', () => {
  it('an input that the output does not depend on', () => {
    expect(() => differentiate(graphOf(total(x)), 'loss', [x, y])).toThrow(
      'Expected loss of the graph g to depend on y, but it does not',
    );
  });

  it.each(['x', 'factor'])('a loop on the way to %s, carried or read from around', (name) => {
    const { inputs, outputs } = loopGraph();
    const sources = inputs.filter((value) => value.name === name);
    const loss = total(outputs[0]?.value ?? expect.fail());
    expect(() => differentiate({ ...graphOf(loss), inputs }, 'loss', sources)).toThrow(
      'differentiate inside the body of repeat',
    );
  });

  it('an operator on the way that has no rule, rather than leave its part of the gradient out', () => {
    const loss = add(total(x), reduceMax(mul(x, y), [0], 0));
    expect(() => differentiate(graphOf(loss), 'loss', [x])).toThrow('ReduceMax');
    expect(gradientAt(add(total(mul(x, x)), reduceMax(y, [0], 0)))).toEqual([2, -4, 6, 1]);
  });

  it('an input that an operator has no rule for, such as the bound of a clip', () => {
    const bound = input('bound', 'float32', []);
    const loss = total(apply('Clip', [x, bound, null], {}));
    const graph = { ...graphOf(loss), inputs: [x, bound] };
    expect(() => differentiate(graph, 'loss', [bound])).toThrow('Clip');
    expect(differentiate(graph, 'loss', [x]).outputs).toHaveLength(2);
  });

  it('an input behind an operator without a gradient', () => {
    const loss = total(cast(greater(x, y), 'float32'));
    expect(() => differentiate(graphOf(loss), 'loss', [x])).toThrow(
      'Expected loss of the graph g to depend on x, but it does not',
    );
  });

  it('an output that is not a scalar', () => {
    expect(() => differentiate(graphOf(neg(x)), 'loss', [x])).toThrow(
      'Expected a scalar to differentiate but received float32 [4]',
    );
  });

  it('an output that the graph does not have', () => {
    expect(() => differentiate(graphOf(total(x)), 'cost', [x])).toThrow(
      'Expected an output of the graph g (loss) but received cost',
    );
  });

  const picture = input('picture', 'float32', [1, 1, 6, 6]);
  const tall = input('tall', 'float32', [symbolic('H')]);
  const unsupported: readonly (readonly [string, readonly [Value & { kind: 'input' }, Value]])[] = [
    [
      'MaxPool: the gradient needs square windows that do not overlap, without padding',
      [picture, maxPool(picture, windowOf(3, 2))],
    ],
    [
      'Slice: the gradient needs steps of 1',
      [picture, slice(picture, { axes: [2], starts: [0], ends: [END], steps: [2] })],
    ],
    [
      'Pad: the gradient needs pads of at least 0 in the mode edge',
      [picture, pad(picture, [0, 0, -1, 0, 0, 0, 0, 0], 'edge')],
    ],
    [
      'Pad: the gradient of 3 + 3 reflected rows needs a size of at least 8 but it is 6',
      [picture, pad(picture, [0, 0, 3, 3, 0, 0, 3, 3], 'reflect')],
    ],
    ['Expected a static shape for the gradient of ReduceMean but received [H]', [tall, reduceMean(tall, [0], 0)]],
  ];

  it.each(unsupported)('%s', (message, [value, result]) => {
    const loss = result.shape.length === 0 ? result : total(result);
    const graph: Graph = { name: 'g', inputs: [value], outputs: [{ name: 'loss', value: loss }] };
    expect(() => differentiate(graph, 'loss', [value])).toThrow(message);
  });
});

describe('gradients', () => {
  it('gives null for a value that the target does not depend on', () => {
    const [forX, forY] = gradients(total(mul(x, x)), [x, y]);
    expect(forX?.shape).toEqual([4]);
    expect(forY).toBeNull();
  });

  it('differentiates by a value inside the graph', () => {
    const inner = tanh(x);
    const [gradient] = gradients(total(mul(inner, inner)), [inner]);
    if (!gradient) throw new Error('expected a gradient');
    const outputs = evaluateGraph({ name: 'g', inputs: [x], outputs: [{ name: 'g', value: gradient }] }, feeds);
    expect(tensorNamed(outputs, 'g').data[0]).toBeCloseTo(2 * Math.tanh(1), 12);
  });
});
