import { sortResults } from '../ir/sort-nodes.ts';
import type { ConstantValue, Graph, ResultValue, Value } from '../ir/value.ts';

/** A graph whose every value has a name: what the ONNX file and the text printer show. */
export interface NamedGraph {
  readonly graph: Graph;
  readonly results: readonly ResultValue[];
  readonly constants: readonly ConstantValue[];
  readonly nameOf: (value: Value) => string;
}

/**
 * Gives every value of a graph a unique name that depends on the graph alone: inputs and named constants their own,
 * outputs the graph's names for them, other results `scope/Operator.number`.
 * @throws if two different inputs, constants or outputs claim one name, or an output is not the result of an operator
 */
export function nameValues(graph: Graph): NamedGraph {
  const names = new Map<Value, string>();
  const taken = new Set<string>();
  const claim = (value: Value, name: string) => {
    if (taken.has(name)) throw new Error(`Expected unique names in the graph ${graph.name} but received ${name} twice`);
    taken.add(name);
    names.set(value, name);
  };
  const claimFresh = (value: Value, stem: string) => {
    let number = 1;
    while (taken.has(`${stem}.${number}`)) number++;
    claim(value, `${stem}.${number}`);
  };

  const results = sortResults(graph.outputs.map(({ value }) => value));
  const constants = constantsOf(results);
  for (const value of graph.inputs) claim(value, value.name);
  for (const { name, value } of graph.outputs) {
    if (value.kind !== 'result' || names.has(value)) {
      throw new Error(`Expected the output ${name} of ${graph.name} to be an operator's result of its own`);
    }
    claim(value, name);
  }
  for (const value of constants) if (value.name !== undefined) claim(value, value.name);
  for (const value of constants) if (value.name === undefined) claimFresh(value, 'constant');
  for (const value of results) {
    if (!names.has(value)) claimFresh(value, [value.node.scope, value.node.operator].filter(Boolean).join('/'));
  }
  return { graph, results, constants, nameOf: (value) => nameIn(names, value, graph) };
}

function nameIn(names: ReadonlyMap<Value, string>, value: Value, graph: Graph): string {
  const name = names.get(value);
  if (name !== undefined) return name;
  const which = value.kind === 'input' ? `the input ${value.name}` : 'a value';
  throw new Error(`Expected the graph ${graph.name} to list ${which} that its nodes read`);
}

function constantsOf(results: readonly ResultValue[]): readonly ConstantValue[] {
  const constants = new Set<ConstantValue>();
  for (const { node } of results) {
    for (const value of node.inputs) if (value?.kind === 'constant') constants.add(value);
  }
  return [...constants];
}
