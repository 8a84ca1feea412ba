import { inScope } from '../ir/scope.ts';
import type { OperatorAttributes } from '../ir/value.ts';
import { constant, type Graph, input, type Value } from '../ir/value.ts';
import { apply } from '../operators/apply.ts';
import { attributeSchemas, type ReadableOperator } from './attribute-schemas.ts';
import type { FileGraph, FileNode } from './file-graph.ts';
import { readFileGraph } from './onnx-file.ts';

/**
 * The graph of a model.onnx that impasto wrote, so that passes can go on with it. Written again, it gives the same bytes.
 * @throws if the bytes are not such a model: another format, another opset, operators or attributes that impasto never
 * writes (a Loop among them, which no model.onnx has); the message says which
 */
export function readGraph(bytes: Uint8Array): Graph {
  try {
    return graphOf(readFileGraph(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Expected a model.onnx that impasto wrote: ${reason}`, { cause: error });
  }
}

function graphOf({ name, inputs, outputs, initializers, nodes }: FileGraph): Graph {
  const values = new Map<string, Value>();
  const inputValues = inputs.map((each) => input(each.name, each.type, each.shape));
  for (const value of inputValues) values.set(value.name, value);
  for (const [own, tensor] of initializers) {
    // Unnamed constants are numbered when a graph is written.
    values.set(own, /^constant\.\d+$/.test(own) ? constant(tensor) : constant(tensor, own));
  }
  const valueNamed = (own: string): Value => {
    const value = values.get(own);
    if (value === undefined) throw new Error(`expected something named ${own} before it is read`);
    return value;
  };
  for (const node of nodes) {
    const [output = '', ...others] = node.outputs;
    if (others.length > 0) throw new Error(`expected one output of ${node.operator} but it has ${node.outputs}`);
    const operands = node.inputs.map((own) => (own === '' ? null : valueNamed(own)));
    values.set(
      output,
      inScope(scopeOf(node, output), () => applied(node, operands)),
    );
  }
  return {
    name,
    inputs: inputValues,
    outputs: outputs.map((own) => ({ name: own, value: valueNamed(own) })),
  };
}

/** The scope that a result's name tells: `residual.3.conv1/Conv.1`. */
function scopeOf({ operator }: FileNode, output: string): string {
  const end = output.lastIndexOf(`/${operator}.`);
  return end < 0 ? '' : output.slice(0, end);
}

function applied({ operator, attributes }: FileNode, operands: readonly (Value | null)[]): Value {
  if (!isReadable(operator)) throw new Error(`expected operators that impasto uses but it has ${operator}`);
  return apply(operator, operands, attributesOf(operator, attributes));
}

function isReadable(operator: string): operator is ReadableOperator {
  return Object.hasOwn(attributeSchemas, operator);
}

function attributesOf<Name extends ReadableOperator>(operator: Name, attributes: unknown): OperatorAttributes[Name] {
  const parsed = attributeSchemas[operator].safeParse(attributes);
  if (parsed.success) return parsed.data;
  throw new Error(`expected other attributes of ${operator} than ${JSON.stringify(attributes)}`);
}
