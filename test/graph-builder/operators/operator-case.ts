import { type Graph, input, type ResultValue, type Value } from '../../../src/graph-builder/ir/value.ts';
import type { NumberTensor, NumberTensors } from '../../helpers/number-tensor.ts';

/** One application of an operator to concrete tensors. */
export interface OperatorCase {
  readonly name: string;
  readonly inputs: readonly NumberTensor[];
  /** Applies the operator to values that stand for the inputs. */
  readonly build: (...values: readonly Value[]) => ResultValue;
}

/** At least one case, so that a table of cases has no empty entry. */
export type OperatorCases = readonly [OperatorCase, ...OperatorCase[]];

export const operatorCase = (
  name: string,
  inputs: readonly NumberTensor[],
  build: (...values: readonly Value[]) => ResultValue,
): OperatorCase => ({ name, inputs, build });

/** The case as a graph with the inputs `x0`, `x1`, … and the output `y`, and what to feed it. */
export function caseGraph({ inputs, build }: OperatorCase): {
  readonly graph: Graph;
  readonly result: ResultValue;
  readonly feeds: NumberTensors;
} {
  const values = inputs.map(({ type, shape }, index) => input(`x${index}`, type, shape));
  const result = build(...values);
  return {
    graph: { name: 'case', inputs: values, outputs: [{ name: 'y', value: result }] },
    result,
    feeds: Object.fromEntries(inputs.map((tensor, index) => [`x${index}`, tensor])),
  };
}
