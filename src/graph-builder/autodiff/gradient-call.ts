import type { Node, OperatorName, Value } from '../ir/value.ts';

/** One operator to differentiate: its node, its output y and the gradient dy that has arrived there. */
export interface GradientCall<Name extends OperatorName = OperatorName> {
  readonly node: Node<Name>;
  readonly output: Value;
  readonly outputGradient: Value;
}

/** The gradient of each input, built only if it is needed; null where an input has none on purpose. */
export type InputGradients = readonly ((() => Value) | null)[];
