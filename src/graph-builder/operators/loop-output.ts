import { sameShape } from '../ir/dimension.ts';
import type { Node, Value } from '../ir/value.ts';
import { contentsOf, dimensionAt, type Inferred, required } from './inference.ts';

/**
 * Type and shape of a Loop's output: of a carried value its own, of a collected one the body's with the number of
 * iterations as a new first axis.
 * @throws if a carried value changes its type or shape, or the number of iterations is needed and not known
 */
export function loopOutput(node: Node<'Loop'>, output: number): Inferred {
  const { body } = node.attributes;
  const initial = node.inputs.slice(2).map((_, index) => required(node.inputs, index + 2));
  initial.forEach((value, index) => {
    const inside = body.inputs[index + 2];
    const next = body.outputs[index + 1]?.value;
    if (!inside || !next || !alike(value, inside) || !alike(value, next)) {
      throw new Error(`expected a body that keeps type and shape of ${inside?.name}`);
    }
  });
  const { type, shape } = required(
    body.outputs.map(({ value }) => value),
    output + 1,
  );
  return { type, shape: output < initial.length ? shape : [dimensionAt(contentsOf(node, 0), 0), ...shape] };
}

function alike(a: Value, b: Value): boolean {
  return a.type === b.type && sameShape(a.shape, b.shape);
}
