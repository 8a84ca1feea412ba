import { atScope } from '../ir/scope.ts';
import { sortResults } from '../ir/sort-nodes.ts';
import type { Graph, GraphOutput, Node, ResultValue, Value } from '../ir/value.ts';
import { apply, applyLoop } from './apply.ts';

/**
 * What takes the place of one operator's result: a value, or undefined to keep the operator.
 * @param node the operator, its inputs already rewritten
 * @param output its result in the graph as it was: type and shape
 */
export type RewriteRule = (node: Node, output: ResultValue) => Value | undefined;

/**
 * A graph with some of its operators replaced, also those in the bodies of loops, everything else as it was; the graph given
 * is not changed.
 * @param substitutes values that take the place of others wherever those are read, such as inputs
 */
export function rewriteGraph(
  graph: Graph,
  rule: RewriteRule,
  substitutes: ReadonlyMap<Value, Value> = new Map(),
): Graph {
  return { ...graph, outputs: new Rewriting(rule, substitutes).outputs(graph.outputs) };
}

/** An operator on other inputs, at its place in the network. */
export function reapply(node: Node): ResultValue {
  return atScope(node.scope, () => apply(node.operator, node.inputs, node.attributes));
}

class Rewriting {
  readonly #rule: RewriteRule;
  readonly #rewritten: Map<Value, Value>;
  /** Of each loop that is changed its results, all at once: they belong to one node. */
  readonly #loops = new Map<Node, readonly ResultValue[]>();

  constructor(rule: RewriteRule, substitutes: ReadonlyMap<Value, Value>) {
    this.#rule = rule;
    this.#rewritten = new Map(substitutes);
  }

  outputs(outputs: readonly GraphOutput[]): readonly GraphOutput[] {
    for (const result of sortResults(outputs.map(({ value }) => value))) {
      if (!this.#rewritten.has(result)) this.#rewritten.set(result, this.#rewrite(result));
    }
    return outputs.map(({ name, value }) => ({ name, value: this.#current(value) }));
  }

  #current<T extends Value | null>(value: T) {
    return value ? (this.#rewritten.get(value) ?? value) : value;
  }

  #rewrite(result: ResultValue): Value {
    const { node: original } = result;
    if (original.operator === 'Loop') return this.#loopResults(original)[result.output] ?? result;
    const inputs = original.inputs.map((value) => this.#current(value));
    const isUnchanged = inputs.every((value, index) => value === original.inputs[index]);
    const node = isUnchanged ? original : { ...original, inputs };
    const replacement = atScope(node.scope, () => this.#rule(node, result));
    return replacement ?? (isUnchanged ? result : reapply(node));
  }

  /** Empty where neither the inputs of a loop nor its body change. */
  #loopResults(node: Node<'Loop'>): readonly ResultValue[] {
    const known = this.#loops.get(node);
    if (known) return known;
    const { body } = node.attributes;
    const inputs = node.inputs.map((value) => this.#current(value));
    // What the body reads from around is rewritten already: a loop comes after all that it reads.
    const outputs = this.outputs(body.outputs);
    const isUnchanged =
      inputs.every((value, index) => value === node.inputs[index]) &&
      outputs.every(({ value }, index) => value === body.outputs[index]?.value);
    const results = isUnchanged ? [] : atScope(node.scope, () => applyLoop(inputs, { body: { ...body, outputs } }));
    this.#loops.set(node, results);
    return results;
  }
}
