import { describe, expect, it } from 'vitest';
import { scalarTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, input, type Node, type Value } from '../../../src/graph-builder/ir/value.ts';
import { add, mul } from '../../../src/graph-builder/operators/index.ts';
import { rewriteGraph } from '../../../src/graph-builder/operators/rewrite.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { loopGraph } from '../../helpers/loops.ts';
import { numberTensor } from '../../helpers/number-tensor.ts';
import { runGraph } from '../../helpers/run-graph.ts';

const feeds = { x: numberTensor([2], [1, -2], 'float32'), factor: numberTensor([], [0.5], 'float32') };

/** a · b as b · a + 0. */
function swapped({ operator, inputs: [a, b] }: Node): Value | undefined {
  return operator === 'Mul' && a && b ? add(mul(b, a), constant(scalarTensor(0))) : undefined;
}

describe('a rewritten graph', () => {
  it('has each output of a loop in its place, and the rule applied in the body', async () => {
    const graph = loopGraph();
    const seen: string[] = [];
    const rewritten = rewriteGraph(graph, (node) => {
      seen.push(node.operator);
      return swapped(node);
    });
    expect(seen).toContain('Mul');
    expect(rewritten.outputs[1]?.value).not.toBe(graph.outputs[1]?.value);
    expect(rewritten.outputs.map(({ value }) => value.shape)).toEqual(graph.outputs.map(({ value }) => value.shape));
    expectAllClose(await runGraph(rewritten, feeds), await runGraph(graph, feeds), 1e-6);
  });

  it('has other values where a loop reads them, before it and in its body', async () => {
    const graph = loopGraph();
    const [x, factor] = graph.inputs;
    if (!x || !factor) expect.fail();
    const other = { x: input('other', 'float32', [2]), factor: input('power', 'float32', []) };
    const substitutes = new Map<Value, Value>([
      [x, other.x],
      [factor, other.factor],
    ]);
    const rewritten = { ...rewriteGraph(graph, () => undefined, substitutes), inputs: Object.values(other) };
    const outputs = await runGraph(rewritten, { other: feeds.x, power: feeds.factor });
    expectAllClose(outputs, await runGraph(graph, feeds), 0);
  });

  it('is the graph itself where nothing is replaced', () => {
    const graph = loopGraph();
    expect(rewriteGraph(graph, () => undefined).outputs.map(({ value }) => value)).toEqual(
      graph.outputs.map(({ value }) => value),
    );
  });
});
