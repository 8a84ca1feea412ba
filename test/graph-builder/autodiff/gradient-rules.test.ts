import { describe, expect, it } from 'vitest';
import { gradientRules } from '../../../src/graph-builder/autodiff/gradient-rules.ts';
import type { OperatorName } from '../../../src/graph-builder/ir/value.ts';
import { input, type Node, type ResultValue } from '../../../src/graph-builder/ir/value.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { gradientGraph } from '../../helpers/gradient-graph.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { caseGraph, type OperatorCase } from '../operators/operator-case.ts';
import { gradientCases, listedGradientCases } from './gradient-cases.ts';

describe('gradient rules', () => {
  it.each(listedGradientCases)('$operator: $name', async (gradientCase) => {
    const checked = gradientGraph(gradientCase);
    const expected = checkVjp(checked);
    expectAllClose(await runGraph(checked.graph, checked.feeds), expected, 1e-4);
  });

  it('are checked wherever there is one', () => {
    const withRules = Object.entries(gradientRules).flatMap(([operator, rule]) =>
      typeof rule === 'function' ? [operator] : [],
    );
    const withCases = Object.entries(gradientCases).flatMap(([operator, cases]) => (cases ? [operator] : []));
    expect(withCases.toSorted()).toEqual(withRules.toSorted());
  });

  it.each(Object.keys(gradientCases))('%s is checked for every input that has a gradient', (operator) => {
    const nodes = listedGradientCases.filter((each) => each.operator === operator).map(builtNode);
    const expected = new Set(nodes.flatMap(inputsWithGradients));
    const covered = nodes.flatMap(({ node }) =>
      node.inputs.flatMap((operand, index) => (operand?.kind === 'input' && operand.type === 'float32' ? [index] : [])),
    );
    expect(new Set(covered)).toEqual(expected);
    for (const { node } of nodes) expect(node.operator).toBe(operator);
  });
});

function builtNode(gradientCase: OperatorCase): ResultValue {
  return caseGraph(gradientCase).result;
}

/** The inputs of a node for which its rule gives a gradient; those beyond the node's own count are optional and absent. */
function inputsWithGradients(output: ResultValue): readonly number[] {
  const outputGradient = input('gradient', output.type, output.shape);
  return applyRule(output.node, output, outputGradient).flatMap((build, index) =>
    build !== 'none' && output.node.inputs[index] ? [index] : [],
  );
}

function applyRule<Name extends OperatorName>(
  node: Node<Name>,
  output: ResultValue,
  outputGradient: ReturnType<typeof input>,
) {
  const rule = gradientRules[node.operator];
  return typeof rule === 'function' ? rule({ node, output, outputGradient }) : [];
}
