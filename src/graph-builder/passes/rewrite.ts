import { atScope } from '../ir/scope.ts';
import { sortResults } from '../ir/sort-nodes.ts';
import type { Graph, Node, ResultValue, Value } from '../ir/value.ts';
import { apply } from '../operators/apply.ts';

/**
 * What takes the place of one operator's result: a value, or undefined to keep the operator.
 * @param node the operator, its inputs already rewritten
 * @param output its result in the graph as it was: type and shape
 */
export type RewriteRule = (node: Node, output: ResultValue) => Value | undefined;

/**
 * A graph with some of its operators replaced, everything else as it was; the graph given is not changed.
 * @param substitutes values that take the place of others wherever those are read, such as inputs
 */
export function rewriteGraph(
  graph: Graph,
  rule: RewriteRule,
  substitutes: ReadonlyMap<Value, Value> = new Map(),
): Graph {
  const rewritten = new Map(substitutes);
  const current = <T extends Value | null>(value: T) => (value ? (rewritten.get(value) ?? value) : value);
  for (const result of sortResults(graph.outputs.map(({ value }) => value))) {
    const inputs = result.node.inputs.map(current);
    const isUnchanged = inputs.every((value, index) => value === result.node.inputs[index]);
    const node = isUnchanged ? result.node : { ...result.node, inputs };
    rewritten.set(result, atScope(node.scope, () => rule(node, result)) ?? (isUnchanged ? result : reapply(node)));
  }
  return { ...graph, outputs: graph.outputs.map(({ name, value }) => ({ name, value: current(value) })) };
}

/** An operator on other inputs, at its place in the network. */
export function reapply(node: Node): ResultValue {
  return atScope(node.scope, () => apply(node.operator, node.inputs, node.attributes));
}
