import { elementCount, floatTensor, intTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, type ResultValue, type Value } from '../../../src/graph-builder/ir/value.ts';
import { add, identity, mul, relu, reshape, shapeOf, slice } from '../../../src/graph-builder/operators/index.ts';
import { loop } from '../../../src/graph-builder/operators/loop.ts';
import { randomTensor } from '../../helpers/random.ts';
import { type OperatorCases, operatorCase } from './operator-case.ts';

const times = (count: number) => constant(intTensor([count]));

/** x, then x·factor + 1 over and over: `last` after the last iteration, `seen` what each began with. */
function compound(x: Value, factor: Value, count: Value): { readonly last: ResultValue; readonly seen: ResultValue } {
  const { carried, collected } = loop('compound', count, [{ name: 'x', value: x }], (_, [value = x]) => ({
    carried: [add(mul(value, factor), 1)],
    collected: [{ name: 'seen', value }],
  }));
  return { last: only(carried), seen: only(collected) };
}

/** Σ of the rows of x [count, …], one an iteration. */
function sumOfRows(x: Value, row: readonly number[], count: number): ResultValue {
  const zero = constant(floatTensor(row, new Float32Array(elementCount(row))));
  const { carried } = loop('rows', times(count), [{ name: 'sum', value: zero }], (iteration, [sum = x]) => {
    const starts = reshape(iteration, [1]);
    const taken = slice(x, { axes: [0], starts, ends: add(starts, constant(intTensor([1]))) });
    return { carried: [add(sum, reshape(taken, row))], collected: [] };
  });
  return only(carried);
}

/** Σ over i, j of x, by a loop in a loop that reads values of both levels around it. */
function nested(x: Value): ResultValue {
  const outer = loop('outer', times(3), [{ name: 'sum', value: mul(x, 0) }], (_, [sum = x]) => {
    const doubled = add(sum, x);
    const inner = loop('inner', times(2), [{ name: 'sum', value: doubled }], (_number, [partial = x]) => ({
      carried: [add(mul(partial, 0.5), add(doubled, relu(x)))],
      collected: [],
    }));
    return { carried: inner.carried, collected: [] };
  });
  return only(outer.carried);
}

/** Two values that change places: both are passed on as they are. */
function exchanged(a: Value, b: Value, count: number): ResultValue {
  const initial = [
    { name: 'a', value: a },
    { name: 'b', value: b },
  ];
  const { carried } = loop('exchange', times(count), initial, (_, [first = a, second = b]) => ({
    carried: [second, first],
    collected: [],
  }));
  return only(carried);
}

function only<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('Expected a value');
  return first;
}

export const loopCases: OperatorCases = [
  operatorCase(
    'a carried value and one from around',
    [randomTensor([2, 3], 60), randomTensor([3], 61)],
    (x, factor) => compound(x, factor, times(4)).last,
  ),
  operatorCase(
    'values of all iterations',
    [randomTensor([2, 3], 62), randomTensor([3], 63)],
    (x, factor) => compound(x, factor, times(4)).seen,
  ),
  operatorCase(
    'as many iterations as a vector is long',
    [randomTensor([2], 64), randomTensor([2], 65), randomTensor([5], 66)],
    (x, factor, vector) => compound(x, factor, shapeOf(vector)).last,
  ),
  operatorCase(
    'no iteration',
    [randomTensor([2], 67), randomTensor([2], 68)],
    (x, factor) => compound(x, factor, times(0)).last,
  ),
  operatorCase('a row an iteration', [randomTensor([4, 2, 3], 69)], (x) => sumOfRows(x, [2, 3], 4)),
  operatorCase('a loop in a loop', [randomTensor([3], 70)], (x) => nested(identity(x))),
  operatorCase('values passed on', [randomTensor([3], 71), randomTensor([3], 72)], (a, b) => exchanged(a, b, 3)),
];
