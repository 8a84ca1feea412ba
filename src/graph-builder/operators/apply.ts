import { currentScope } from '../ir/scope.ts';
import type { OperatorAttributes, OperatorName } from '../ir/value.ts';
import { describe, type Node, outputCount, type ResultValue, type Value } from '../ir/value.ts';
import type { Inferred } from './inference.ts';
import { shapeRules } from './shape-rules.ts';

/**
 * Applies an operator: makes its node and infers its output at once.
 * @throws if the inputs do not fit; the message names the operator, the scope and every input's type and shape
 */
export function apply<Name extends OperatorName>(
  operator: Name,
  inputs: readonly (Value | null)[],
  attributes: OperatorAttributes[Name],
): ResultValue {
  return result({ operator, inputs, attributes, scope: currentScope() }, 0);
}

/** Applies a Loop: as `apply`, with all of the node's outputs. */
export function applyLoop(
  inputs: readonly (Value | null)[],
  attributes: OperatorAttributes['Loop'],
): readonly ResultValue[] {
  const node: Node<'Loop'> = { operator: 'Loop', inputs, attributes, scope: currentScope() };
  return Array.from({ length: outputCount(node) }, (_, output) => result(node, output));
}

function result<Name extends OperatorName>(node: Node<Name>, output: number): ResultValue {
  // A Node<Name> is one member of the union Node; TypeScript cannot see it while Name is open.
  return { kind: 'result', node: node as Node, output, ...infer(node, output) };
}

function infer<Name extends OperatorName>(node: Node<Name>, output: number): Inferred {
  try {
    return shapeRules[node.operator](node, output);
  } catch (error) {
    const place = node.scope === '' ? '' : ` in ${node.scope}`;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${node.operator}${place}: ${reason}, but received ${node.inputs.map(describe).join(', ')}`);
  }
}
