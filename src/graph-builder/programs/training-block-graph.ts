import { gradients } from '../autodiff/gradients.ts';
import { symbolic } from '../ir/dimension.ts';
import { inScope, scopedName } from '../ir/scope.ts';
import { elementCount, floatTensor, intTensor } from '../ir/tensor.ts';
import { constant, type Graph, input, type Value } from '../ir/value.ts';
import type { ParameterShape, ParameterSource } from '../networks/parameters.ts';
import { transformNetworkParameters } from '../networks/transform-network.ts';
import { listInputs, type ObjectiveInputs, objectiveInputs } from '../objective/objective.ts';
import { add, mul, reshape, shapeOf, slice } from '../operators/index.ts';
import { loop } from '../operators/loop.ts';
import { networkTerms } from './network-terms.ts';
import { adamScalars, adamUpdate } from './optimizer-graph.ts';
import { requireCropSize, type TrainingGraphOptions } from './training-graphs.ts';

export interface TrainingBlockOptions extends TrainingGraphOptions {
  /** Photographs that are worked through at once: a divisor of the batch. All of it takes the most memory and least time. */
  readonly microBatch: number;
}

/** The loss and its terms, in the order of the graph's outputs. */
const lossNames = ['loss', 'loss.content', 'loss.style', 'loss.tv'] as const;

/**
 * training_block: K optimiser steps in one run, in a Loop whose state (parameters, moments, step) stays on the device.
 * K is not fixed: it is the number of learning rates given.
 *
 * Inputs: P, P.m, P.v of every parameter P; `step` (float32 scalar: steps done before); `learning_rate` [K];
 * `content` [K, batch, 3, size, size]; style targets and weights as in training_model.
 * Outputs: P.new, P.m.new, P.v.new, and of each step `loss`, `loss.content`, `loss.style`, `loss.tv`, [K]. A loss that
 * is not finite is among them: the state that comes with it is of no use then, and the state before is the host's.
 * @throws if the crop size is not a multiple of 4 of at least 64, or the micro-batch does not divide the batch
 */
export function trainingBlockGraph(options: TrainingBlockOptions): Graph {
  const { network, objective, batch, size } = options;
  requireCropSize(size);
  const parameters = transformNetworkParameters(network);
  const state = parameters.flatMap(({ name, shape }) =>
    ['', '.m', '.v'].map((suffix) => input(`${name}${suffix}`, 'float32', shape)),
  );
  const step = input('step', 'float32', []);
  const learningRate = input('learning_rate', 'float32', [symbolic('K')]);
  const content = input('content', 'float32', [symbolic('K'), batch, 3, size, size]);
  const judged = objectiveInputs(objective);
  const initial = [...state, step].map((value) => ({ name: value.name, value }));
  const { carried, collected } = loop('steps', shapeOf(learningRate), initial, (iteration, values) => {
    const photographs = elementAt(content, iteration, [batch, 3, size, size]);
    const current = { values, learningRate: elementAt(learningRate, iteration, []) };
    return trainingStep(options, parameters, current, photographs, judged);
  });
  return {
    name: 'training_block',
    inputs: [...state, step, learningRate, content, ...listInputs(judged)],
    outputs: [
      ...lossNames.map((name, index) => ({ name, value: at(collected, index) })),
      ...state.map(({ name }, index) => ({ name: `${name}.new`, value: at(carried, index) })),
    ],
  };
}

interface StepState {
  /** P, P.m and P.v of every parameter, then the number of steps done. */
  readonly values: readonly Value[];
  readonly learningRate: Value;
}

function trainingStep(
  options: TrainingBlockOptions,
  parameters: readonly ParameterShape[],
  { values, learningRate }: StepState,
  photographs: Value,
  judged: ObjectiveInputs,
) {
  const current = new Map(parameters.map(({ name }, index) => [name, at(values, 3 * index)]));
  const means = batchMeans(options, parameters, current, photographs, judged);
  const step = add(at(values, values.length - 1), 1);
  const scalars = adamScalars(step, learningRate);
  const updated = parameters.flatMap(({ name }, index) => {
    const [value, first, second] = [at(values, 3 * index), at(values, 3 * index + 1), at(values, 3 * index + 2)];
    const gradient = at(means, lossNames.length + index);
    return inScope(name, () => adamUpdate(name, [value, gradient, first, second], scalars)).map(
      (output) => output.value,
    );
  });
  return {
    carried: [...updated, step],
    collected: lossNames.map((name, index) => ({ name, value: at(means, index) })),
  };
}

/** The loss, its terms and all gradients, means over the batch: of one part, or of several in a loop of their own. */
function batchMeans(
  { network, objective, batch, microBatch, size }: TrainingBlockOptions,
  parameters: readonly ParameterShape[],
  current: ReadonlyMap<string, Value>,
  photographs: Value,
  judged: ObjectiveInputs,
): readonly Value[] {
  const parts = batch / microBatch;
  if (!Number.isInteger(parts)) {
    throw new Error(`Expected a micro-batch that divides the batch of ${batch} but received ${microBatch}`);
  }
  const source: ParameterSource = (name) => named(current, scopedName(name));
  const ofPart = (part: Value): readonly Value[] => {
    const terms = networkTerms(objective, network, source, part, judged);
    const sources = parameters.map(({ name }) => named(current, name));
    const slopes = inScope('gradient', () => gradients(terms.loss, sources));
    return [
      terms.loss,
      terms.content,
      terms.style,
      terms.tv,
      ...parameters.map(({ name }, index) => required(slopes[index], `the gradient of ${name}`)),
    ];
  };
  if (parts === 1) return ofPart(photographs);

  const divided = reshape(photographs, [parts, microBatch, 3, size, size]);
  const names = [...lossNames, ...parameters.map(({ name }) => `${name}.grad`)];
  const shapes = [...lossNames.map(() => []), ...parameters.map(({ shape }) => shape)];
  const zeros = names.map((name, index) => ({ name, value: zerosOf(shapes[index] ?? []) }));
  return loop('parts', constant(intTensor([parts])), zeros, (iteration, sums) => {
    const values = ofPart(elementAt(divided, iteration, [microBatch, 3, size, size]));
    return { carried: sums.map((sum, index) => add(sum, mul(at(values, index), 1 / parts))), collected: [] };
  }).carried;
}

/** values[index] along the first axis, in the shape given. */
function elementAt(values: Value, index: Value, shape: readonly number[]): Value {
  const starts = reshape(index, [1]);
  const ends = add(starts, constant(intTensor([1])));
  return reshape(slice(values, { axes: [0], starts, ends }), shape);
}

function zerosOf(shape: readonly number[]): Value {
  return constant(floatTensor(shape, new Float32Array(elementCount(shape))));
}

function at(values: readonly Value[], index: number): Value {
  return required(values[index], `value ${index} of ${values.length}`);
}

function named(values: ReadonlyMap<string, Value>, name: string): Value {
  return required(values.get(name), `a parameter ${name}`);
}

function required(value: Value | null | undefined, what: string): Value {
  if (!value) throw new Error(`Expected ${what} in the training block but found none`);
  return value;
}
