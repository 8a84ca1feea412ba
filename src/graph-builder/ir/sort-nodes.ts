import type { Graph, Node, ResultValue, Value } from './value.ts';

/**
 * The results that the given values need, each after those its node reads: the nodes of a graph in an order in which they
 * can run. The order depends on the graph alone. Iterative, since a training graph is deeper than the call stack allows.
 */
export function sortResults(targets: readonly Value[]): readonly ResultValue[] {
  const sorted: ResultValue[] = [];
  const visited = new Set<Value>();
  const stack: { value: ResultValue; operands: readonly Value[]; next: number }[] = [];
  const visit = (value: Value | undefined) => {
    if (value?.kind !== 'result' || visited.has(value)) return;
    visited.add(value);
    stack.push({ value, operands: operandsOf(value.node), next: 0 });
  };
  for (const target of targets) {
    visit(target);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (top.next < top.operands.length) {
        visit(top.operands[top.next++]);
      } else {
        sorted.push(top.value);
        stack.pop();
      }
    }
  }
  return sorted;
}

/** The nodes of a graph, each after those whose results it reads; not those inside a Loop. */
export function sortNodes(graph: Graph): readonly Node[] {
  return [...groupByNode(sortResults(graph.outputs.map(({ value }) => value))).keys()];
}

/** The nodes of sorted results, in their order, each with those of its outputs that are among the results. */
export function groupByNode(results: readonly ResultValue[]): ReadonlyMap<Node, readonly ResultValue[]> {
  const groups = new Map<Node, ResultValue[]>();
  for (const result of results) {
    const group = groups.get(result.node);
    if (group) group.push(result);
    else groups.set(result.node, [result]);
  }
  return groups;
}

/** What a node reads: its inputs, and what the body of a Loop takes from the graph around it. */
export function operandsOf(node: Node): readonly Value[] {
  const inputs = node.inputs.filter((value) => value !== null);
  return node.operator === 'Loop' ? [...inputs, ...capturedValues(node.attributes.body)] : inputs;
}

/**
 * The results that belong to a Loop's body, in an order in which they can run: those that depend on the body's inputs.
 * Whatever else the body reads is the same in every iteration, so that it belongs to the graph around, computed once.
 */
export function bodyResults(body: Graph): readonly ResultValue[] {
  const dependent = new Set<Value>(body.inputs);
  return sortResults(body.outputs.map(({ value }) => value)).filter((result) => {
    const belongs = operandsOf(result.node).some((operand) => dependent.has(operand));
    if (belongs) dependent.add(result);
    return belongs;
  });
}

/** What bodies read from around, found once: a Loop has hundreds of outputs, and sorting asks for each of them. */
const captured = new WeakMap<Graph, readonly Value[]>();

function capturedValues(body: Graph): readonly Value[] {
  const known = captured.get(body);
  if (known) return known;
  const results = bodyResults(body);
  const own = new Set<Value>([...body.inputs, ...results]);
  const operands = [...groupByNode(results).keys()].flatMap(operandsOf);
  const found = [...new Set(operands)].filter((operand) => !own.has(operand));
  captured.set(body, found);
  return found;
}
