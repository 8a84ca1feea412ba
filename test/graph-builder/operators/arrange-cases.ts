import type { ResultValue, Value } from '../../../src/graph-builder/ir/value.ts';
import {
  concat,
  depthToSpace,
  END,
  expand,
  pad,
  reduceMax,
  reduceMean,
  reduceSum,
  reduceSumSquare,
  reshape,
  type SliceRange,
  shapeOf,
  slice,
  transpose,
} from '../../../src/graph-builder/operators/index.ts';
import { numberTensor, tensorFrom } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { type OperatorCases, operatorCase } from './operator-case.ts';

type Reduce = (x: Value, axes: readonly number[], keepdims: 0 | 1) => ResultValue;

function reductions(apply: Reduce): OperatorCases {
  const x = randomTensor([2, 3, 4, 5], 1);
  const reduced = (name: string, axes: readonly number[], keepdims: 0 | 1) =>
    operatorCase(name, [x], (value) => apply(value, axes, keepdims));
  return [
    reduced('pixels, kept', [2, 3], 1),
    reduced('pixels, dropped', [2, 3], 0),
    reduced('axes apart', [0, 2], 1),
    reduced('one axis', [1], 0),
    reduced('axes out of order', [3, 0], 0),
    reduced('everything', [0, 1, 2, 3], 0),
    operatorCase('a vector of one', [randomTensor([1], 2)], (value) => apply(value, [0], 0)),
  ];
}

const padded = (
  name: string,
  shape: readonly number[],
  pads: readonly number[],
  mode: 'constant' | 'reflect' | 'edge',
) => operatorCase(`${mode}, ${name}`, [randomTensor(shape, 3)], (x) => pad(x, pads, mode));

const sliced = (name: string, shape: readonly number[], range: SliceRange) =>
  operatorCase(name, [randomTensor(shape, 4)], (x) => slice(x, range));

const reshaped = (shape: readonly number[], target: readonly number[]) =>
  operatorCase(`[${shape}] to [${target}]`, [randomTensor(shape, 5)], (x) => reshape(x, target));

const transposed = (shape: readonly number[], perm: readonly number[]) =>
  operatorCase(`axes ${perm}`, [randomTensor(shape, 6)], (x) => transpose(x, perm));

const expanded = (shape: readonly number[], target: readonly number[]) =>
  operatorCase(`[${shape}] to [${target}]`, [randomTensor(shape, 7)], (x) => expand(x, target));

const joined = (axis: number, shapes: readonly (readonly number[])[]) =>
  operatorCase(
    `${shapes.length} on axis ${axis}`,
    shapes.map((shape, index) => randomTensor(shape, 8 + index)),
    (...values) => concat(values, axis),
  );

export const arrangeCases = {
  ReduceSum: reductions(reduceSum),
  ReduceMax: reductions(reduceMax),
  ReduceMean: reductions(reduceMean),
  ReduceSumSquare: reductions(reduceSumSquare),
  Pad: [
    padded('all sides', [1, 2, 4, 5], [0, 0, 1, 2, 0, 0, 3, 1], 'constant'),
    padded('one side', [1, 2, 4, 5], [0, 0, 0, 0, 0, 0, 0, 2], 'constant'),
    padded('batch and channels', [1, 2, 2, 2], [1, 1, 0, 0, 0, 2, 0, 0], 'constant'),
    padded('nothing', [1, 2, 2, 2], [0, 0, 0, 0, 0, 0, 0, 0], 'constant'),
    padded('negative sizes cut off', [1, 1, 4, 5], [0, 0, -1, 0, 0, 0, 1, -2], 'constant'),
    padded('all sides', [2, 2, 4, 5], [0, 0, 1, 2, 0, 0, 3, 1], 'reflect'),
    padded('as far as it reaches', [1, 1, 5, 5], [0, 0, 4, 4, 0, 0, 4, 4], 'reflect'),
    padded('all sides', [1, 2, 4, 5], [0, 0, 1, 2, 0, 0, 3, 1], 'edge'),
    padded('beyond the size', [1, 1, 1, 2], [0, 0, 0, 0, 0, 0, 7, 6], 'edge'),
  ],
  Slice: [
    sliced('the middle', [2, 3, 6, 7], { axes: [2, 3], starts: [1, 2], ends: [4, 6] }),
    sliced('negative positions', [2, 3, 6], { axes: [2], starts: [-4], ends: [-1] }),
    sliced('to the end', [2, 3, 6], { axes: [1, 2], starts: [1, 2], ends: [END, END] }),
    sliced('beyond both ends', [5], { axes: [0], starts: [-9], ends: [9] }),
    sliced('steps', [7, 8], { axes: [0, 1], starts: [0, 1], ends: [END, END], steps: [2, 3] }),
    sliced('steps that end early', [9], { axes: [0], starts: [1], ends: [6], steps: [2] }),
    sliced('backwards, all', [2, 3, 3], { axes: [1, 2], starts: [-1, -1], ends: [-END, -END], steps: [-1, -1] }),
    sliced('backwards, part', [6], { axes: [0], starts: [4], ends: [1], steps: [-1] }),
    sliced('backwards from beyond the end', [6], { axes: [0], starts: [20], ends: [-5], steps: [-2] }),
    sliced('backwards to the first', [6], { axes: [0], starts: [2], ends: [-7], steps: [-1] }),
    sliced('backwards by negative positions', [6], { axes: [0], starts: [-2], ends: [-5], steps: [-1] }),
    sliced('backwards in steps, one left over', [5], { axes: [0], starts: [-1], ends: [-END], steps: [-2] }),
    sliced('backwards from before the first', [5], { axes: [0], starts: [-9], ends: [-END], steps: [-1] }),
    sliced('nothing', [6, 2], { axes: [0], starts: [4], ends: [2] }),
    sliced('nothing, backwards', [6, 2], { axes: [0], starts: [2], ends: [4], steps: [-1] }),
    sliced('axes out of order', [4, 5], { axes: [1, 0], starts: [1, 2], ends: [3, 4] }),
    operatorCase('int64', [numberTensor([4], [1, 3, 64, 48], 'int64')], (x) =>
      slice(x, { axes: [0], starts: [2], ends: [4] }),
    ),
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
    joined(3, [
      [1, 2, 2, 1],
      [1, 2, 2, 4],
    ]),
    joined(1, [[2, 3]]),
    operatorCase('int64', [numberTensor([2], [1, 2], 'int64'), numberTensor([1], [-1], 'int64')], (a, b) =>
      concat([a, b], 0),
    ),
  ],
  Reshape: [
    reshaped([2, 3, 4], [6, 4]),
    reshaped([2, 3, 4], [0, -1]),
    reshaped([2, 3, 4], [0, 0, 2, 2]),
    reshaped([2, 3, 4], [-1, 3, 2]),
    reshaped([2, 3, 4], [-1]),
    reshaped([1, 1], []),
    reshaped([], [1, 1, 1]),
  ],
  Transpose: [
    transposed([2, 3, 4], [0, 2, 1]),
    transposed([2, 3, 4, 5], [1, 0, 2, 3]),
    transposed([2, 3, 4, 5], [3, 1, 0, 2]),
    transposed([2, 3], [0, 1]),
  ],
  Expand: [
    expanded([1, 3, 1, 1], [2, 3, 4, 5]),
    expanded([3, 1], [2, 3, 4]),
    expanded([], [2, 2]),
    expanded([2, 3], [1, 1]),
    expanded([2, 3], [2, 3]),
  ],
  DepthToSpace: [
    operatorCase('blocks of 2', [randomTensor([2, 12, 3, 2], 22)], (x) => depthToSpace(x, 2)),
    operatorCase('blocks of 4', [randomTensor([1, 48, 2, 3], 23)], (x) => depthToSpace(x, 4)),
    operatorCase('uint8', [tensorFrom([1, 8, 2, 3], (position) => position, 'uint8')], (x) => depthToSpace(x, 2)),
  ],
  Shape: [
    operatorCase('4-D', [randomTensor([2, 3, 4, 5], 20)], shapeOf),
    operatorCase('a scalar', [randomTensor([], 21)], shapeOf),
  ],
} as const satisfies Record<string, OperatorCases>;
