import type { Graph, Node, ResultValue, Value } from './value.ts';

/**
 * The results that the given values need, each after its inputs: the nodes of a graph in an order in which they can run.
 * The order depends on the graph alone. Iterative, since a training graph is deeper than the call stack allows.
 */
export function sortResults(targets: readonly Value[]): readonly ResultValue[] {
  const sorted: ResultValue[] = [];
  const visited = new Set<Value>();
  const stack: { value: ResultValue; next: number }[] = [];
  const visit = (value: Value | null) => {
    if (value === null || value.kind !== 'result' || visited.has(value)) return;
    visited.add(value);
    stack.push({ value, next: 0 });
  };
  for (const target of targets) {
    visit(target);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { inputs } = top.value.node;
      if (top.next < inputs.length) {
        visit(inputs[top.next++] ?? null);
      } else {
        sorted.push(top.value);
        stack.pop();
      }
    }
  }
  return sorted;
}

/** The nodes of a graph, each after those whose results it reads. */
export function sortNodes(graph: Graph): readonly Node[] {
  return sortResults(graph.outputs.map(({ value }) => value)).map(({ node }) => node);
}
