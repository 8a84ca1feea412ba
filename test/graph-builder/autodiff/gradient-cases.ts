import type { OperatorName, ResultValue, Value } from '../../../src/graph-builder/ir/value.ts';
import {
  add,
  averagePool,
  cast,
  clip,
  concat,
  depthToSpace,
  div,
  END,
  exp,
  expand,
  identity,
  instanceNormalization,
  matMul,
  max,
  maxPool,
  mul,
  neg,
  pad,
  reduceMean,
  reduceSum,
  reduceSumSquare,
  relu,
  reshape,
  resizeNearest,
  type SliceRange,
  slice,
  sqrt,
  sub,
  tanh,
  transpose,
  where,
} from '../../../src/graph-builder/operators/index.ts';
import { tensorFrom } from '../../helpers/number-tensor.ts';
import { distinctTensor, randomTensor } from '../../helpers/random.ts';
import { type OperatorCase, type OperatorCases, operatorCase } from '../operators/operator-case.ts';
import { windowOf } from '../operators/window-cases.ts';
import { convolutionGradientCases, transposedGradientCases } from './convolution-gradient-cases.ts';

type Binary = (a: Value, b: Value) => ResultValue;
type Reduce = (x: Value, axes: readonly number[], keepdims: 0 | 1) => ResultValue;

/** Broadcasting on the left, on the right, on both sides, by missing axes and by axes of size 1. */
function broadcasts(apply: Binary): OperatorCases {
  const pair = (a: readonly number[], b: readonly number[]) =>
    operatorCase(`[${a}] and [${b}]`, [randomTensor(a, 1, 0.5, 2), randomTensor(b, 2, 0.5, 2)], apply);
  return [
    pair([2, 3], [2, 3]),
    pair([2, 3, 4, 5], [1, 3, 1, 1]),
    pair([3, 1], [2, 3, 4]),
    pair([2, 1, 3], [1, 4, 1]),
    pair([2, 3], []),
    pair([1], [3]),
    operatorCase('one value on both sides', [randomTensor([2, 3], 3, 0.5, 2)], (x) => apply(x, x)),
  ];
}

const unary = (apply: (x: Value) => ResultValue, low = -2, high = 2): OperatorCases => [
  operatorCase('4-D', [randomTensor([2, 2, 3, 3], 4, low, high)], apply),
];

/** Two tensors without a tie between them. */
function apart(shape: readonly number[]) {
  const all = distinctTensor([2, ...shape], 5).data;
  const count = all.length / 2;
  return [tensorFrom(shape, (i) => all[i] ?? 0), tensorFrom(shape, (i) => all[count + i] ?? 0)];
}

function reductions(apply: Reduce): OperatorCases {
  const reduced = (name: string, axes: readonly number[], keepdims: 0 | 1) =>
    operatorCase(name, [randomTensor([2, 3, 4, 5], 6)], (x) => apply(x, axes, keepdims));
  return [
    reduced('pixels, kept', [2, 3], 1),
    reduced('pixels, dropped', [2, 3], 0),
    reduced('axes apart, out of order', [3, 0], 0),
    reduced('everything', [0, 1, 2, 3], 0),
  ];
}

const normalized = (name: string, shape: readonly number[], low: number, high: number): OperatorCase =>
  operatorCase(
    name,
    [randomTensor(shape, 7, low, high), randomTensor([shape[1] ?? 1], 8, 0.5, 1.5), randomTensor([shape[1] ?? 1], 9)],
    (x, scale, bias) => instanceNormalization(x, scale, bias, 1e-5),
  );

const pooled = (name: string, shape: readonly number[], kernel: number) =>
  operatorCase(name, [distinctTensor(shape, 10)], (x) => maxPool(x, windowOf(kernel, kernel)));
const averaged = (name: string, shape: readonly number[], kernel: number) =>
  operatorCase(name, [randomTensor(shape, 11)], (x) => averagePool(x, windowOf(kernel, kernel)));

const padded = (
  name: string,
  shape: readonly number[],
  pads: readonly number[],
  mode: 'constant' | 'reflect' | 'edge',
) => operatorCase(`${mode}, ${name}`, [randomTensor(shape, 12)], (x) => pad(x, pads, mode));

const sliced = (name: string, shape: readonly number[], range: SliceRange) =>
  operatorCase(name, [randomTensor(shape, 13)], (x) => slice(x, range));

const product = (a: readonly number[], b: readonly number[]) =>
  operatorCase(`[${a}] × [${b}]`, [randomTensor(a, 14), randomTensor(b, 15)], matMul);

const joined = (axis: number, shapes: readonly (readonly number[])[]) =>
  operatorCase(
    `${shapes.length} on axis ${axis}`,
    shapes.map((shape, index) => randomTensor(shape, 16 + index)),
    (...values) => concat(values, axis),
  );

/**
 * Where each gradient rule is checked; null where there is no rule, on purpose. The points keep away from kinks and ties.
 */
export const gradientCases: { readonly [Name in OperatorName]: OperatorCases | null } = {
  Add: broadcasts(add),
  Sub: broadcasts(sub),
  Mul: broadcasts(mul),
  Div: broadcasts(div),
  Neg: unary(neg),
  Exp: unary(exp),
  Sqrt: unary(sqrt, 0.5, 2),
  Tanh: unary(tanh),
  Identity: unary(identity),
  Relu: [operatorCase('both signs', [distinctTensor([2, 2, 3, 3], 20)], relu)],
  Clip: [operatorCase('below, inside and above', [distinctTensor([2, 3, 5], 21)], (x) => clip(x, -0.55501, 0.33301))],
  Max: [
    operatorCase('same shapes', apart([2, 3, 4]), max),
    operatorCase('broadcast', [distinctTensor([2, 3, 4], 22), tensorFrom([3, 1], (i) => 0.30501 * i - 0.3)], max),
  ],
  Where: [
    operatorCase(
      'same shapes',
      [tensorFrom([2, 3], (i) => i % 2, 'bool'), randomTensor([2, 3], 23), randomTensor([2, 3], 24)],
      where,
    ),
    operatorCase(
      'all three broadcast',
      [tensorFrom([2, 1, 1], (i) => i, 'bool'), randomTensor([3, 1], 25), randomTensor([4], 26)],
      where,
    ),
  ],
  Cast: unary((x) => cast(x, 'float32')),
  MatMul: [
    product([3, 4], [4, 5]),
    product([2, 3, 4], [2, 4, 5]),
    product([3, 4], [2, 4, 5]),
    product([2, 3, 4], [4, 5]),
    product([2, 1, 3, 4], [5, 4, 2]),
    operatorCase('one value on both sides', [randomTensor([3, 3], 27)], (x) => matMul(x, x)),
    operatorCase('a Gram matrix', [randomTensor([2, 3, 4], 40)], (x) => matMul(x, transpose(x, [0, 2, 1]))),
    operatorCase(
      'the Gram matrix of another value',
      [randomTensor([2, 3, 4], 41), randomTensor([2, 3, 4], 42)],
      (x, y) => matMul(x, transpose(y, [0, 2, 1])),
    ),
    operatorCase('other axes swapped', [randomTensor([3, 3, 3], 43)], (x) => matMul(x, transpose(x, [1, 0, 2]))),
  ],
  Conv: convolutionGradientCases,
  ConvTranspose: transposedGradientCases,
  MaxPool: [
    pooled('2×2, even', [2, 2, 4, 6], 2),
    pooled('2×2, odd', [1, 2, 7, 5], 2),
    pooled('2×2, odd in one axis', [1, 1, 4, 5], 2),
    pooled('3×3', [1, 2, 6, 8], 3),
  ],
  AveragePool: [averaged('2×2, even', [2, 2, 4, 6], 2), averaged('3×3, odd', [1, 2, 7, 5], 3)],
  InstanceNormalization: [
    normalized('batch 2', [2, 3, 4, 5], -1, 1),
    normalized('batch 1, far from zero', [1, 2, 5, 5], 3, 5),
  ],
  ReduceSum: reductions(reduceSum),
  ReduceMean: reductions(reduceMean),
  ReduceSumSquare: reductions(reduceSumSquare),
  Pad: [
    padded('all sides', [1, 2, 4, 5], [0, 0, 1, 2, 0, 0, 3, 0], 'constant'),
    padded('batch and channels', [1, 2, 2, 2], [1, 1, 0, 0, 0, 2, 0, 0], 'constant'),
    padded('one on all sides', [2, 2, 4, 5], [0, 0, 1, 1, 0, 0, 1, 1], 'reflect'),
    padded('four on all sides', [1, 2, 10, 11], [0, 0, 4, 4, 0, 0, 4, 4], 'reflect'),
    padded('before only', [1, 1, 5, 5], [0, 0, 2, 0, 0, 0, 0, 0], 'reflect'),
    padded('after only', [1, 1, 5, 6], [0, 0, 0, 0, 0, 0, 2, 3], 'reflect'),
    padded('different sides', [1, 1, 8, 9], [0, 0, 1, 3, 0, 0, 2, 1], 'reflect'),
    padded('cut off', [1, 2, 5, 6], [0, 0, -1, 2, 0, 0, -2, -1], 'constant'),
    padded('one on all sides', [2, 2, 4, 5], [0, 0, 1, 1, 0, 0, 1, 1], 'edge'),
    padded('different sides', [1, 2, 2, 3], [0, 1, 0, 3, 0, 0, 2, 1], 'edge'),
    padded('a single row', [1, 1, 1, 3], [0, 0, 2, 0, 0, 0, 1, 2], 'edge'),
  ],
  Slice: [
    sliced('the middle', [2, 3, 6, 7], { axes: [2, 3], starts: [1, 2], ends: [4, 6] }),
    sliced('negative positions', [2, 3, 6], { axes: [2], starts: [-4], ends: [-1] }),
    sliced('to the end', [2, 3, 6], { axes: [2, 1], starts: [1, 2], ends: [END, END] }),
    sliced('beyond both ends', [5], { axes: [0], starts: [-9], ends: [9] }),
  ],
  Concat: [
    joined(1, [
      [2, 1, 3],
      [2, 4, 3],
      [2, 2, 3],
    ]),
    joined(0, [
      [1, 2],
      [3, 2],
    ]),
    operatorCase('one value twice', [randomTensor([2, 3], 28)], (x) => concat([x, x], 1)),
  ],
  Reshape: [
    operatorCase('to two axes', [randomTensor([2, 3, 4], 29)], (x) => reshape(x, [0, -1])),
    operatorCase('to a scalar', [randomTensor([1, 1], 30)], (x) => reshape(x, [])),
  ],
  Transpose: [
    operatorCase('a rotation of axes', [randomTensor([2, 3, 4], 31)], (x) => transpose(x, [2, 0, 1])),
    operatorCase('two axes swapped', [randomTensor([2, 3, 4, 5], 32)], (x) => transpose(x, [1, 0, 2, 3])),
  ],
  Expand: [
    operatorCase('axes of size 1', [randomTensor([1, 3, 1, 1], 33)], (x) => expand(x, [2, 3, 4, 5])),
    operatorCase('missing axes', [randomTensor([3, 1], 34)], (x) => expand(x, [2, 3, 4])),
    operatorCase('nothing', [randomTensor([2, 3], 35)], (x) => expand(x, [1, 1])),
  ],
  Resize: [
    operatorCase('by 2', [randomTensor([2, 2, 3, 4], 36)], (x) => resizeNearest(x, 2)),
    operatorCase('by 3', [randomTensor([1, 1, 5, 1], 37)], (x) => resizeNearest(x, 3)),
  ],
  Greater: null,
  Equal: null,
  Shape: null,
  Loop: null,
  ReduceMax: null,
  DepthToSpace: [
    operatorCase('blocks of 2, batch 2', [randomTensor([2, 8, 3, 2], 38)], (x) => depthToSpace(x, 2)),
    operatorCase('blocks of 3', [randomTensor([1, 9, 2, 3], 39)], (x) => depthToSpace(x, 3)),
  ],
  QuantizeLinear: null,
  DequantizeLinear: null,
};

/** All cases in one list, each with its operator. */
export const listedGradientCases: readonly (OperatorCase & { readonly operator: string })[] = Object.entries(
  gradientCases,
).flatMap(([operator, cases]) => (cases ?? []).map((each) => ({ ...each, operator })));
