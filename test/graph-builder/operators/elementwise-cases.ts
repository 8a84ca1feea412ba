import { type DataType, floatTensor, scalarTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, type ResultValue, type Value } from '../../../src/graph-builder/ir/value.ts';
import {
  add,
  cast,
  clip,
  dequantizeLinear,
  div,
  equal,
  exp,
  greater,
  identity,
  max,
  mul,
  neg,
  type Quantization,
  quantizeLinear,
  relu,
  sqrt,
  sub,
  tanh,
  where,
} from '../../../src/graph-builder/operators/index.ts';
import { numberTensor, tensorFrom } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { type OperatorCase, type OperatorCases, operatorCase } from './operator-case.ts';

type Binary = (a: Value, b: Value) => ResultValue;

const integers = (values: readonly number[]) => numberTensor([values.length], values, 'int64');

/** Every way in which two shapes broadcast, and scalars. */
function broadcasts(apply: Binary, low = -2, high = 2): OperatorCases {
  const shapes: readonly (readonly [readonly number[], readonly number[]])[] = [
    [
      [2, 3, 4, 5],
      [1, 3, 1, 1],
    ],
    [
      [3, 1],
      [2, 3, 5],
    ],
    [[2, 3], []],
    [[], [4]],
    [
      [2, 1, 3],
      [1, 4, 1],
    ],
  ];
  const same = operatorCase(
    'same shapes',
    [randomTensor([2, 3], 1, low, high), randomTensor([2, 3], 2, low, high)],
    apply,
  );
  const others = shapes.map(([left, right], index): OperatorCase => {
    const inputs = [randomTensor(left, 10 + index, low, high), randomTensor(right, 20 + index, low, high)];
    return operatorCase(`[${left}] and [${right}]`, inputs, apply);
  });
  return [same, ...others];
}

/** Whole numbers of eight bits with one scale and zero point. */
const bytes = (scale: number, zeroPoint: number): Quantization => ({
  scale: constant(scalarTensor(scale)),
  zeroPoint: constant({ type: 'uint8', shape: [], data: Uint8Array.of(zeroPoint) }),
  axis: 1,
});

/** A scale for each position on an axis, the zero points of bytes different too. */
function perEntry(count: number, axis: number, type: 'uint8' | 'int8' | 'int32' = 'uint8'): Quantization {
  const positions = Array.from({ length: count }, (_, position) => position);
  const scale = floatTensor(
    [count],
    Float32Array.from(positions, (position) => 0.25 * 2 ** position),
  );
  const data = {
    uint8: Uint8Array.from(positions, (n) => 7 * n),
    int8: new Int8Array(count),
    int32: new Int32Array(count),
  };
  return { scale: constant(scale), zeroPoint: constant({ type, shape: [count], data: data[type] }), axis };
}

const onIntegers = (apply: Binary, a: readonly number[], b: readonly number[]) =>
  operatorCase('int64', [integers(a), integers(b)], apply);

function unary(apply: (x: Value) => ResultValue, low = -3, high = 3): OperatorCases {
  return [
    operatorCase('4-D', [randomTensor([2, 3, 4, 5], 3, low, high)], apply),
    operatorCase('a scalar', [randomTensor([], 4, low, high)], apply),
  ];
}

/** Comparisons need equal elements too. */
const ties = (apply: Binary) =>
  operatorCase('ties', [numberTensor([2, 3], [0, 1, 2, 3, 4, 5]), numberTensor([2, 3], [0, 2, 1, 3, -4, 5])], apply);

const castCase = (from: DataType, to: DataType, values: readonly number[]) =>
  operatorCase(`${from} to ${to}`, [numberTensor([values.length], values, from)], (x) => cast(x, to));

export const elementwiseCases = {
  Add: [...broadcasts(add), onIntegers(add, [1, -2, 2 ** 40], [5, 6, 1])],
  Sub: [...broadcasts(sub), onIntegers(sub, [1, -2, 2 ** 40], [5, 6, 1])],
  Mul: [...broadcasts(mul), onIntegers(mul, [1, -2, 2 ** 20], [5, 6, 3])],
  Div: [...broadcasts(div, 0.5, 2), onIntegers(div, [7, -7, 8], [2, 2, -3])],
  Max: [...broadcasts(max), ties(max), onIntegers(max, [1, -2, 5], [5, -6, 5])],
  Greater: [...broadcasts(greater), ties(greater)],
  Equal: [...broadcasts(equal), ties(equal), onIntegers(equal, [1, -2, 5], [5, -2, 5])],
  Neg: [...unary(neg), operatorCase('int64', [integers([1, -2, 0])], neg)],
  Exp: unary(exp),
  Sqrt: unary(sqrt, 0, 4),
  Tanh: unary(tanh),
  Relu: unary(relu),
  Identity: unary(identity),
  Clip: [
    ...unary((x) => clip(x, -1, 0.5)),
    operatorCase('on the bounds', [numberTensor([4], [-1, 0.5, -1.5, 1])], (x) => clip(x, -1, 0.5)),
  ],
  Where: [
    operatorCase(
      'same shapes',
      [tensorFrom([2, 3], (i) => i % 2, 'bool'), randomTensor([2, 3], 5), randomTensor([2, 3], 6)],
      where,
    ),
    operatorCase(
      'all three broadcast',
      [tensorFrom([2, 1, 1], (i) => i, 'bool'), randomTensor([3, 1], 7), randomTensor([4], 8)],
      where,
    ),
    operatorCase('a number in one branch', [tensorFrom([2, 3], (i) => i % 2, 'bool'), randomTensor([3], 9)], (c, x) =>
      where(c, x, 0),
    ),
  ],
  Cast: [
    castCase('float32', 'float32', [1.5, -2]),
    castCase('float32', 'float16', [1.5, -2, 0.0625, 65504, 0]),
    castCase('float32', 'int64', [1.5, -2.7, 0, 1e9]),
    castCase('float32', 'uint8', [0, 1.5, 255]),
    castCase('float32', 'bool', [0, 1, -0.5]),
    castCase('int64', 'float32', [0, -5, 2 ** 24]),
    castCase('bool', 'float32', [0, 1]),
    castCase('bool', 'int64', [0, 1]),
    castCase('uint8', 'float32', [0, 7, 255]),
  ],
  QuantizeLinear: [
    operatorCase('ties and both ends', [numberTensor([7], [-9, -0.25, 0.25, 0.75, 1, 60, 200])], (x) =>
      quantizeLinear(x, bytes(0.5, 3)),
    ),
    operatorCase('a scale a channel', [randomTensor([2, 3, 2, 2], 30, -4, 4)], (x) =>
      quantizeLinear(x, perEntry(3, 1)),
    ),
    operatorCase('int8, on the first axis', [randomTensor([3, 5], 31, -80, 90)], (x) =>
      quantizeLinear(x, perEntry(3, 0, 'int8')),
    ),
  ],
  DequantizeLinear: [
    operatorCase('bytes', [numberTensor([4], [0, 3, 100, 255], 'uint8')], (x) => dequantizeLinear(x, bytes(0.5, 3))),
    operatorCase('a scale a channel', [tensorFrom([2, 3, 2, 2], (position) => 9 * position, 'uint8')], (x) =>
      dequantizeLinear(x, perEntry(3, 1)),
    ),
    operatorCase('int8, on the first axis', [tensorFrom([3, 5], (position) => 17 * position - 128, 'int8')], (x) =>
      dequantizeLinear(x, perEntry(3, 0, 'int8')),
    ),
    operatorCase('int32', [numberTensor([3], [-70000, 5, 70000], 'int32')], (x) =>
      dequantizeLinear(x, perEntry(3, 0, 'int32')),
    ),
  ],
} as const satisfies Record<string, OperatorCases>;
