import { bodyResults, groupByNode, operandsOf, sortResults } from '../ir/sort-nodes.ts';
import { type ConstantValue, type Graph, type Node, outputCount, type ResultValue, type Value } from '../ir/value.ts';

/** A graph whose every value has a name: what the ONNX file and the text printer show. */
export interface NamedGraph {
  readonly graph: Graph;
  readonly nodes: readonly NamedNode[];
  /** Those that the graph or the bodies of its loops read; of a body none, since they belong to the graph around. */
  readonly constants: readonly ConstantValue[];
  readonly nameOf: (value: Value) => string;
  /** Every name that is given in the graph or around it. */
  readonly taken: ReadonlySet<string>;
}

export interface NamedNode {
  readonly node: Node;
  /** All outputs in ONNX's order; null for one that nothing reads. */
  readonly outputs: readonly { readonly name: string; readonly value: ResultValue | null }[];
}

/**
 * Gives every value of a graph a unique name that depends on the graph alone: inputs and named constants their own,
 * outputs the graph's names for them, other results `scope/Operator.number`.
 * @param around for the body of a Loop: the named graph that the Loop is in
 * @throws if two different inputs, constants or outputs claim one name, or an output is not the result of an operator
 */
export function nameValues(graph: Graph, around?: NamedGraph): NamedGraph {
  const names = new Map<Value, string>();
  const taken = new Set<string>(around?.taken);
  const claimName = (name: string) => {
    if (taken.has(name)) throw new Error(`Expected unique names in the graph ${graph.name} but received ${name} twice`);
    taken.add(name);
    return name;
  };
  const lastNumbers = new Map<string, number>();
  const freshName = (stem: string) => {
    let number = (lastNumbers.get(stem) ?? 0) + 1;
    while (taken.has(`${stem}.${number}`)) number++;
    lastNumbers.set(stem, number);
    return claimName(`${stem}.${number}`);
  };

  const results = around ? bodyResults(graph) : sortResults(graph.outputs.map(({ value }) => value));
  const constants = around ? [] : constantsOf(results);
  const own = new Set<Value>(results);
  for (const value of graph.inputs) names.set(value, claimName(value.name));
  for (const { name, value } of graph.outputs) {
    if (!own.has(value) || names.has(value)) {
      throw new Error(`Expected the output ${name} of ${graph.name} to be an operator's result of its own`);
    }
    names.set(value, claimName(name));
  }
  for (const value of constants) if (value.name !== undefined) names.set(value, claimName(value.name));
  for (const value of constants) if (value.name === undefined) names.set(value, freshName('constant'));
  for (const value of results) if (!names.has(value)) names.set(value, freshName(stemOf(value.node)));
  const nameOf = (value: Value) => names.get(value) ?? around?.nameOf(value) ?? unnamed(value, graph);
  const nodes = [...groupByNode(results)].map(([node, reached]) => {
    const outputs = Array.from({ length: outputCount(node) }, (_, output) => {
      const value = reached.find((result) => result.output === output) ?? null;
      return { name: value ? nameOf(value) : freshName(stemOf(node)), value };
    });
    return { node, outputs };
  });
  return { graph, nodes, constants, nameOf, taken };
}

function stemOf({ scope, operator }: Node): string {
  return [scope, operator].filter(Boolean).join('/');
}

function unnamed(value: Value, graph: Graph): never {
  const which = value.kind === 'input' ? `the input ${value.name}` : 'a value';
  throw new Error(`Expected the graph ${graph.name} to list ${which} that its nodes read`);
}

function constantsOf(results: readonly ResultValue[]): readonly ConstantValue[] {
  const operands = [...groupByNode(results).keys()].flatMap(operandsOf);
  return [...new Set(operands.filter((value) => value.kind === 'constant'))];
}
