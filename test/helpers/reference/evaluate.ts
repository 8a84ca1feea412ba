import { bodyResults, groupByNode, sortResults } from '../../../src/graph-builder/ir/sort-nodes.ts';
import type {
  Graph,
  Node,
  OperatorAttributes,
  OperatorName,
  ResultValue,
  Value,
} from '../../../src/graph-builder/ir/value.ts';
import { type NumberTensor, type NumberTensors, numberTensor, toNumbers } from '../number-tensor.ts';
import { multiplyMatrices, reduceTensor } from './algebra.ts';
import {
  concatTensors,
  depthToSpace,
  expandTensor,
  padTensor,
  reshapeTensor,
  resizeNearest,
  sliceTensor,
  transposeTensor,
} from './arrange.ts';
import { castTo, combine, dequantize, divide, quantize } from './elementwise.ts';
import { convolve, convolveTransposed, normalizeInstances, pool } from './windows.ts';

/*
 * Every operator of impasto's graphs in float64, in plain loops, written from the ONNX specification (opset 18) and not
 * from impasto's code or ONNX Runtime's: slow, and meant to be obviously right. Floating values are real numbers of
 * float64 precision, whatever float type the graph declares.
 */

/** The inputs of one node; asking for one that is left out is an error. */
interface Operands {
  readonly count: number;
  readonly at: (index: number) => NumberTensor;
  readonly optional: (index: number) => NumberTensor | null;
}

/** The values that nodes read, computed before. */
type Known = (value: Value) => NumberTensor;

type Evaluator<Name extends OperatorName> = (x: Operands, attributes: OperatorAttributes[Name]) => NumberTensor;

/** A Loop has several outputs and reads values around it. */
type EvaluatedAlone = Exclude<OperatorName, 'Loop'>;

const unary =
  (compute: (value: number) => number): Evaluator<OperatorName> =>
  (x) =>
    combine([x.at(0)], x.at(0).type, (value = 0) => compute(value));

const binary =
  (compute: (a: number, b: number) => number): Evaluator<OperatorName> =>
  (x) =>
    combine([x.at(0), x.at(1)], x.at(0).type, (a = 0, b = 0) => compute(a, b));

const comparison =
  (compare: (a: number, b: number) => boolean): Evaluator<OperatorName> =>
  (x) =>
    combine([x.at(0), x.at(1)], 'bool', (a = 0, b = 0) => (compare(a, b) ? 1 : 0));

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const sumOfSquares = (values: readonly number[]) => sum(values.map((value) => value * value));

const reduction =
  (
    reduce: (values: readonly number[]) => number,
  ): Evaluator<'ReduceSum' | 'ReduceMax' | 'ReduceMean' | 'ReduceSumSquare'> =>
  (x, { keepdims }) =>
    reduceTensor(x.at(0), numbers(x.optional(1)), keepdims, reduce);

const numbers = (tensor: NumberTensor | null): readonly number[] => Array.from(tensor?.data ?? []);

const evaluators: { readonly [Name in EvaluatedAlone]: Evaluator<Name> } = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: (x) => divide(x.at(0), x.at(1)),
  Neg: unary((value) => -value),
  Exp: unary(Math.exp),
  Sqrt: unary(Math.sqrt),
  Tanh: unary(Math.tanh),
  Relu: unary((value) => Math.max(value, 0)),
  Identity: unary((value) => value),
  Max: (x) =>
    combine(
      Array.from({ length: x.count }, (_, index) => x.at(index)),
      x.at(0).type,
      Math.max,
    ),
  Clip: (x) => {
    const low = x.optional(1)?.data[0] ?? Number.NEGATIVE_INFINITY;
    const high = x.optional(2)?.data[0] ?? Number.POSITIVE_INFINITY;
    return combine([x.at(0)], x.at(0).type, (value = 0) => Math.min(Math.max(value, low), high));
  },
  Greater: comparison((a, b) => a > b),
  Equal: comparison((a, b) => a === b),
  Where: (x) =>
    combine([x.at(0), x.at(1), x.at(2)], x.at(1).type, (condition, a = 0, b = 0) => (condition === 0 ? b : a)),
  Cast: (x, { to }) => castTo(x.at(0), to),
  MatMul: (x) => multiplyMatrices(x.at(0), x.at(1)),
  Conv: (x, attributes) => convolve(x.at(0), x.at(1), x.optional(2), attributes),
  ConvTranspose: (x, attributes) => convolveTransposed(x.at(0), x.at(1), x.optional(2), attributes),
  MaxPool: (x, attributes) => pool(x.at(0), attributes, (values) => Math.max(...values)),
  AveragePool: (x, attributes) => pool(x.at(0), attributes, mean),
  InstanceNormalization: (x, { epsilon }) => normalizeInstances(x.at(0), x.at(1), x.at(2), epsilon),
  ReduceSum: reduction(sum),
  ReduceMax: reduction((values) => Math.max(...values)),
  ReduceMean: reduction(mean),
  ReduceSumSquare: reduction(sumOfSquares),
  Pad: (x, { mode }) => padTensor(x.at(0), numbers(x.at(1)), mode),
  Slice: (x) => {
    const starts = numbers(x.at(1));
    const ends = numbers(x.at(2));
    const axes = x.optional(3) ? numbers(x.at(3)) : starts.map((_, axis) => axis);
    const steps = numbers(x.optional(4));
    const ranges = axes.map((axis, index) => ({
      axis,
      start: starts[index] ?? 0,
      end: ends[index] ?? 0,
      step: steps[index] ?? 1,
    }));
    return sliceTensor(x.at(0), ranges);
  },
  Concat: (x, { axis }) =>
    concatTensors(
      Array.from({ length: x.count }, (_, index) => x.at(index)),
      axis,
    ),
  Reshape: (x) => reshapeTensor(x.at(0), numbers(x.at(1))),
  Transpose: (x, { perm }) => transposeTensor(x.at(0), perm),
  Expand: (x) => expandTensor(x.at(0), numbers(x.at(1))),
  Shape: (x) => numberTensor([x.at(0).shape.length], x.at(0).shape, 'int64'),
  Resize: (x) => resizeNearest(x.at(0), numbers(x.at(2))),
  DepthToSpace: (x, { blocksize }) => depthToSpace(x.at(0), blocksize),
  QuantizeLinear: (x, { axis }) => quantize(x.at(0), x.at(1), x.at(2), axis),
  DequantizeLinear: (x, { axis }) => dequantize(x.at(0), x.at(1), x.at(2), axis),
};

/**
 * Evaluates a whole graph in float64.
 * @param inputs every input of the graph by name
 * @returns every output by name
 */
export function evaluateGraph(graph: Graph, inputs: NumberTensors): NumberTensors {
  const fed = new Map<Value, NumberTensor>();
  for (const value of graph.inputs) {
    const tensor = inputs[value.name];
    if (!tensor) throw new Error(`Expected an input ${value.name} among ${Object.keys(inputs).join(', ')}`);
    fed.set(value, tensor);
  }
  const results = sortResults(graph.outputs.map((output) => output.value));
  const outputs = evaluateResults(graph, results, fed, (value) => {
    throw new Error(`Expected a computed value but received a ${value.kind} that the graph does not list`);
  });
  return Object.fromEntries(graph.outputs.map(({ name }, index) => [name, elementAt(outputs, index)] as const));
}

/** Evaluates sorted results and returns the graph's outputs in its order; `around` knows what the graph does not compute. */
function evaluateResults(
  graph: Graph,
  results: readonly ResultValue[],
  inputs: ReadonlyMap<Value, NumberTensor>,
  around: Known,
): readonly NumberTensor[] {
  const computed = new Map(inputs);
  const known: Known = (value) => {
    const tensor = computed.get(value) ?? (value.kind === 'constant' ? toNumbers(value.tensor) : around(value));
    computed.set(value, tensor);
    return tensor;
  };
  for (const [node, reached] of groupByNode(results)) {
    const outputs = node.operator === 'Loop' ? evaluateLoop(node, known) : [evaluateNode(node, known)];
    for (const result of reached) computed.set(result, elementAt(outputs, result.output));
  }
  return graph.outputs.map(({ value }) => known(value));
}

/** Runs the body as the specification's pseudo-code does, and stacks what it collects; the condition is not left out. */
function evaluateLoop({ inputs, attributes: { body } }: Node<'Loop'>, around: Known): readonly NumberTensor[] {
  const [count, condition, ...initial] = inputs;
  if (!count || condition) throw new Error('Expected a Loop with a number of iterations and without a condition');
  const results = bodyResults(body);
  const iterations = around(count).data[0] ?? 0;
  let carried: readonly NumberTensor[] = initial.flatMap((value) => (value ? [around(value)] : []));
  let continues: NumberTensor = numberTensor([], [1], 'bool');
  const collected = body.outputs.slice(1 + carried.length).map(({ value }) => ({ value, rows: [] as NumberTensor[] }));
  for (let iteration = 0; iteration < iterations && continues.data[0] === 1; iteration++) {
    const fed = [numberTensor([], [iteration], 'int64'), continues, ...carried];
    const bound = new Map(body.inputs.map((value, index) => [value, elementAt(fed, index)] as const));
    const outputs = evaluateResults(body, results, bound, around);
    continues = elementAt(outputs, 0);
    carried = outputs.slice(1, 1 + carried.length);
    collected.forEach(({ rows }, index) => void rows.push(elementAt(outputs, 1 + carried.length + index)));
  }
  const stacks = collected.map(({ value: { type, shape }, rows }) => {
    const values = rows.flatMap(({ data }) => [...data]);
    return numberTensor([rows.length, ...shape.map(Number)], values, type);
  });
  return [...carried, ...stacks];
}

function elementAt(tensors: readonly NumberTensor[], index: number): NumberTensor {
  const tensor = tensors[index];
  if (!tensor) throw new Error(`Expected ${index + 1} tensors but received ${tensors.length}`);
  return tensor;
}

function evaluateNode<Name extends EvaluatedAlone>(
  { operator, inputs, attributes }: Node<Name>,
  tensorOf: Known,
): NumberTensor {
  const optional = (index: number) => {
    const value = inputs[index];
    return value ? tensorOf(value) : null;
  };
  const at = (index: number) => {
    const tensor = optional(index);
    if (!tensor) throw new Error(`${operator}: expected input ${index}`);
    return tensor;
  };
  return evaluators[operator]({ count: inputs.length, at, optional }, attributes);
}
