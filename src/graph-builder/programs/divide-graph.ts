import { operandsOf, sortResults } from '../ir/sort-nodes.ts';
import { type Graph, type InputValue, input, type ResultValue, type Value } from '../ir/value.ts';
import { rewriteGraph } from '../operators/rewrite.ts';

/** A graph in two parts, which are run one after the other. */
export interface DividedGraph {
  /** Computes `fixed.0`, `fixed.1`, … from the inputs that stay the same. */
  readonly once: Graph;
  /** Computes the outputs of the whole from the inputs that change, those others that it reads itself, and `fixed.*`. */
  readonly repeated: Graph;
}

/**
 * Divides a graph that runs many times while only some of its inputs change: what depends on none of those is computed
 * once. What depends on no input at all stays where it is, for the runtime to fold.
 * @param changing the inputs that change from run to run
 */
export function divideGraph(graph: Graph, changing: readonly InputValue[]): DividedGraph {
  const results = sortResults(graph.outputs.map(({ value }) => value));
  const variable = dependents(results, changing);
  const fixed = dependents(
    results,
    graph.inputs.filter((value) => !changing.includes(value)),
  );
  const read = new Set([...results.filter((result) => variable.has(result)).flatMap(({ node }) => operandsOf(node))]);
  for (const { value } of graph.outputs) read.add(value);
  const border = results.filter((result) => read.has(result) && fixed.has(result) && !variable.has(result));
  const substitutes = new Map<Value, InputValue>(
    border.map((result, index) => [result, input(`fixed.${index}`, result.type, result.shape)]),
  );
  const outputs = border.map((value, index) => ({ name: `fixed.${index}`, value }));
  const once = { name: `${graph.name}_once`, inputs: graph.inputs, outputs };
  const repeated = rewriteGraph(graph, (_, output) => substitutes.get(output));
  return {
    once: withReadInputs(once),
    repeated: withReadInputs({ ...repeated, inputs: [...graph.inputs, ...substitutes.values()] }),
  };
}

/** The results that depend on some inputs. */
function dependents(results: readonly ResultValue[], inputs: readonly InputValue[]): ReadonlySet<Value> {
  const dependent = new Set<Value>(inputs);
  for (const result of results) if (operandsOf(result.node).some((x) => dependent.has(x))) dependent.add(result);
  return dependent;
}

/** A graph without the inputs that nothing in it reads. */
function withReadInputs(graph: Graph): Graph {
  const values = graph.outputs.map(({ value }) => value);
  const read = new Set<Value>([...values, ...sortResults(values).flatMap(({ node }) => operandsOf(node))]);
  return { ...graph, inputs: graph.inputs.filter((value) => read.has(value)) };
}
