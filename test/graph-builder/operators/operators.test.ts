import { describe, expect, it } from 'vitest';
import { expectClose } from '../../helpers/closeness.ts';
import { tensorNamed } from '../../helpers/number-tensor.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { caseGraph } from './operator-case.ts';
import { listedOperatorCases, operatorCases } from './operator-cases.ts';

/** float32 sums of at most a few hundred terms of size 1. */
const tolerance = 2e-6;

describe('operators in ONNX Runtime against the float64 reference', () => {
  it.each(listedOperatorCases)('$operator: $name', async (operatorCase) => {
    const { graph, result, feeds } = caseGraph(operatorCase);
    expect(result.node.operator).toBe(operatorCase.operator);
    const expected = tensorNamed(evaluateGraph(graph, feeds), 'y');
    const actual = tensorNamed(await runGraph(graph, feeds), 'y');
    expectClose(actual, expected, tolerance);
    expect({ type: actual.type, shape: [...actual.shape] }, 'inferred type and shape').toEqual({
      type: result.type,
      shape: [...result.shape],
    });
  });

  it('names every case of an operator differently', () => {
    for (const [operator, cases] of Object.entries(operatorCases)) {
      const names = cases.map(({ name }) => name);
      expect(new Set(names).size, operator).toBe(names.length);
    }
  });
});
