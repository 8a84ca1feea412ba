import { symbolic } from '../ir/dimension.ts';
import { scopedName } from '../ir/scope.ts';
import { type Graph, type GraphOutput, input, type ResultValue, type Value } from '../ir/value.ts';
import { applyLoop } from './apply.ts';
import { identity } from './index.ts';

/** What one iteration of a loop leads to. */
export interface Iteration {
  /** The carried values of the next iteration, as many as there are, each of the same type and shape. */
  readonly carried: readonly Value[];
  /** Values kept of every iteration. */
  readonly collected: readonly GraphOutput[];
}

/** The outputs of a loop. */
export interface LoopResults {
  /** The carried values after the last iteration. */
  readonly carried: readonly ResultValue[];
  /** Each collected value of all iterations, [iterations, …]. */
  readonly collected: readonly ResultValue[];
}

/**
 * Runs a piece of graph several times in one operator (ONNX Loop), so that the values it carries from one iteration to the
 * next stay on the device. Values from outside can be read inside; what does not depend on the iteration is computed once,
 * before the loop.
 * @param count how many iterations, int64 [1], its contents known at least as a symbol
 * @param initial the carried values before the first iteration; their names are prefixed by the loop's inside it
 * @throws if an iteration gives another number of carried values than it is given, or changes the type or shape of one
 * @param build an iteration from its number (int64 scalar, from 0) and the values carried so far
 */
export function loop(
  name: string,
  count: Value,
  initial: readonly GraphOutput[],
  build: (iteration: Value, carried: readonly Value[]) => Iteration,
): LoopResults {
  const inner = (suffix: string) => scopedName(`${name}/${suffix}`);
  const iteration = { ...input(inner('iteration'), 'int64', []), contents: [symbolic(inner('iteration'))] };
  const condition = input(inner('condition'), 'bool', []);
  const carried = initial.map(({ name: own, value }) => input(inner(own), value.type, value.shape));
  const next = build(iteration, carried);
  if (next.carried.length !== initial.length) {
    throw new Error(
      `Expected ${initial.length} carried values from the loop ${name} but received ${next.carried.length}`,
    );
  }
  const outputs = [
    { name: inner('condition.next'), value: condition },
    ...next.carried.map((value, index) => ({ name: inner(`${initial[index]?.name}.next`), value })),
    ...next.collected.map(({ name: own, value }) => ({ name: inner(own), value })),
  ];
  const body: Graph = {
    name: scopedName(name),
    inputs: [iteration, condition, ...carried],
    outputs: ownResults(outputs),
  };
  const results = applyLoop([count, null, ...initial.map(({ value }) => value)], { body });
  return { carried: results.slice(0, initial.length), collected: results.slice(initial.length) };
}

/** A body's outputs have to be results, each of its own: an input that is passed on, or a value given twice, is copied. */
function ownResults(outputs: readonly GraphOutput[]): readonly GraphOutput[] {
  const taken = new Set<Value>();
  return outputs.map(({ name, value }) => {
    const own = value.kind !== 'result' || taken.has(value) ? identity(value) : value;
    taken.add(own);
    return { name, value: own };
  });
}
