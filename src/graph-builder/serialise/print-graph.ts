import { formatShape } from '../ir/dimension.ts';
import type { Graph, Node } from '../ir/value.ts';
import { nameValues } from './name-values.ts';

/** A graph as readable text: inputs, one line an operator with types and shapes, outputs. */
export function printGraph(graph: Graph): string {
  const { results, nameOf } = nameValues(graph);
  const inputs = graph.inputs.map(({ name, type, shape }) => `  input ${name}: ${type} ${formatShape(shape)}`);
  const nodes = results.map((value) => {
    const operands = value.node.inputs.map((operand) => (operand ? nameOf(operand) : '-')).join(', ');
    const call = `${value.node.operator}(${operands})${printAttributes(value.node)}`;
    return `  ${nameOf(value)}: ${value.type} ${formatShape(value.shape)} = ${call}`;
  });
  const outputs = graph.outputs.map(({ name }) => `  output ${name}`);
  return [`graph ${graph.name} {`, ...inputs, ...nodes, ...outputs, '}', ''].join('\n');
}

function printAttributes({ attributes }: Node): string {
  const entries = Object.entries(attributes).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return entries.length === 0 ? '' : ` {${entries.join(', ')}}`;
}
