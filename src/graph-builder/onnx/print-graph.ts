import { formatShape } from '../ir/dimension.ts';
import type { Graph, Node } from '../ir/value.ts';
import { type NamedGraph, type NamedNode, nameValues } from './name-values.ts';

/** A graph as readable text: inputs, one line an operator with types and shapes, the bodies of loops indented, outputs. */
export function printGraph(graph: Graph): string {
  return `${printNamed(nameValues(graph)).join('\n')}\n`;
}

function printNamed(named: NamedGraph): readonly string[] {
  const { graph, nodes } = named;
  const inputs = graph.inputs.map(({ name, type, shape }) => `  input ${name}: ${type} ${formatShape(shape)}`);
  const outputs = graph.outputs.map(({ name }) => `  output ${name}`);
  return [`graph ${graph.name} {`, ...inputs, ...nodes.flatMap((node) => printNode(node, named)), ...outputs, '}'];
}

function printNode({ node, outputs }: NamedNode, named: NamedGraph): readonly string[] {
  const results = outputs.map(({ name, value }) =>
    value ? `${name}: ${value.type} ${formatShape(value.shape)}` : `${name}: unused`,
  );
  const operands = node.inputs.map((operand) => (operand ? named.nameOf(operand) : '-')).join(', ');
  const line = `  ${results.join(', ')} = ${node.operator}(${operands})${printAttributes(node)}`;
  if (node.operator !== 'Loop') return [line];
  return [line, ...printNamed(nameValues(node.attributes.body, named)).map((inner) => `    ${inner}`)];
}

function printAttributes({ operator, attributes }: Node): string {
  if (operator === 'Loop') return '';
  const entries = Object.entries(attributes).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return entries.length === 0 ? '' : ` {${entries.join(', ')}}`;
}
