import type { Node, OperatorName, Value } from '../ir/value.ts';

/** One operator to differentiate: its node, its output y and the gradient dy that has arrived there. */
export interface GradientCall<Name extends OperatorName = OperatorName> {
  readonly node: Node<Name>;
  readonly output: Value;
  readonly outputGradient: Value;
}

/**
 * The gradient of each input, built only if it is needed. `none`: whatever the input does, the output does not follow it
 * smoothly (a condition, a shape, an index), so that nothing flows back. An input that is left out has no rule yet, and to
 * differentiate by it is an error.
 */
export type InputGradients = readonly ((() => Value) | 'none')[];
