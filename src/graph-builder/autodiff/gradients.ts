import { formatShape, type Shape, sameDimension, sameShape } from '../ir/dimension.ts';
import { inScope } from '../ir/scope.ts';
import { operandsOf, sortResults } from '../ir/sort-nodes.ts';
import { scalarTensor } from '../ir/tensor.ts';
import type { OperatorName } from '../ir/value.ts';
import { constant, describe, type Graph, type InputValue, type Node, outputValue, type Value } from '../ir/value.ts';
import { add, identity, reduceSum, reshape } from '../operators/index.ts';
import type { InputGradients } from './gradient-call.ts';
import { gradientRules } from './gradient-rules.ts';

/**
 * Adds to a graph the gradient of one scalar output with respect to some inputs, as outputs named `NAME.grad`.
 * @throws if the output is not a scalar, or does not depend on one of the inputs through differentiable operators
 */
export function differentiate(graph: Graph, output: string, inputs: readonly InputValue[]): Graph {
  const gradientValues = inScope('gradient', () => gradients(outputValue(graph, output), inputs));
  const taken = new Set<Value>(graph.outputs.map(({ value }) => value));
  const outputs = inputs.map(({ name }, index) => {
    const value = gradientValues[index];
    if (!value) throw new Error(`Expected ${output} of the graph ${graph.name} to depend on ${name}, but it does not`);
    // An output needs a result of its own: both operands of an addition have one gradient, and it may be an input.
    const own = value.kind !== 'result' || taken.has(value) ? identity(value) : value;
    taken.add(own);
    return { name: `${name}.grad`, value: own };
  });
  return { ...graph, outputs: [...graph.outputs, ...outputs] };
}

/**
 * Reverse-mode differentiation: the gradients of a scalar with respect to some values, as new values of the same graph.
 * Only what lies on a path from the values to the target is differentiated; null where there is no such path.
 * @throws if the target is not a scalar, or an operator on such a path has no gradient rule
 */
export function gradients(target: Value, values: readonly Value[]): readonly (Value | null)[] {
  if (target.shape.length !== 0) throw new Error(`Expected a scalar to differentiate but received ${describe(target)}`);
  const results = sortResults([target]);
  const dependent = new Set<Value>(values);
  for (const result of results) if (operandsOf(result.node).some((x) => dependent.has(x))) dependent.add(result);

  const accumulated = new Map<Value, Value>();
  if (dependent.has(target)) accumulated.set(target, constant(scalarTensor(1)));
  for (const result of results.toReversed()) {
    const outputGradient = accumulated.get(result);
    if (!outputGradient) continue;
    const rule = inputGradients(result.node, result, outputGradient);
    if (rule === 'none') continue;
    if (rule === 'missing') throw missingRule(result.node);
    result.node.inputs.forEach((operand, index) => {
      if (!operand || !dependent.has(operand)) return;
      const build = rule[index];
      if (!build) throw missingRule(result.node);
      if (build === 'none') return;
      const gradient = inScope(result.node.scope || result.node.operator, () => sumToShape(build(), operand.shape));
      assertShape(gradient, operand, result.node);
      const sum = accumulated.get(operand);
      accumulated.set(operand, sum ? add(sum, gradient) : gradient);
    });
  }
  return values.map((value) => accumulated.get(value) ?? null);
}

function inputGradients<Name extends OperatorName>(
  node: Node<Name>,
  output: Value,
  outputGradient: Value,
): InputGradients | 'none' | 'missing' {
  const rule = gradientRules[node.operator];
  return typeof rule === 'function' ? rule({ node, output, outputGradient }) : rule;
}

/** To leave such an operator out would be a wrong gradient without a word. */
function missingRule(node: Node): Error {
  const place = node.scope === '' ? '' : ` in ${node.scope}`;
  const hint = node.operator === 'Loop' ? `: differentiate inside the body of ${node.attributes.body.name}` : '';
  return new Error(
    `Expected a gradient rule for ${node.operator}${place}, which the loss depends on, but there is none${hint}`,
  );
}

function assertShape(gradient: Value, operand: Value, { operator, scope }: Node): void {
  if (sameShape(gradient.shape, operand.shape)) return;
  const shapes = `${formatShape(operand.shape)} but received ${formatShape(gradient.shape)}`;
  throw new Error(`${operator} in ${scope}: expected a gradient of the input's shape ${shapes}`);
}

/** Undoes broadcasting: sums a gradient over the axes along which an operand of the given shape was repeated. */
function sumToShape(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const added = gradient.shape.length - shape.length;
  const repeated = gradient.shape.flatMap((size, axis) => {
    const own = axis < added ? 1 : shape[axis - added];
    return own === 1 && (axis < added || !sameDimension(size, 1)) ? [axis] : [];
  });
  const sum = repeated.length === 0 ? gradient : reduceSum(gradient, repeated, 1);
  if (added === 0) return sum;
  return reshape(
    sum,
    shape.map((size) => (typeof size === 'number' ? size : -1)),
  );
}
