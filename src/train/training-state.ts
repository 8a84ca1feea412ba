import { RandomPurpose, randomStream } from '../dataset/random.ts';
import { type DataCursor, FIRST_SAMPLE } from '../dataset/sampler.ts';
import { elementCount, type FloatTensor, floatTensor } from '../graph-builder/ir/tensor.ts';
import type { ParameterShape } from '../graph-builder/networks/parameters.ts';

/** One trainable array with Adam's moments, all of one shape. */
export interface TrainedParameter {
  readonly value: FloatTensor;
  readonly firstMoment: FloatTensor;
  readonly secondMoment: FloatTensor;
}

/** Everything that changes while a network is trained. */
export interface TrainingState {
  /** Optimiser steps done. */
  readonly step: number;
  /** Where the next batch starts. */
  readonly cursor: DataCursor;
  /** What the schedule's learning rate is multiplied by: 1, and half as much after every step that was not finite. */
  readonly learningRateFactor: number;
  readonly parameters: ReadonlyMap<string, TrainedParameter>;
}

/**
 * The state before the first step: weights uniform in ±1/√(fan-in) (PyTorch's default for convolutions), scales 1, biases
 * and moments 0. It depends on the seed alone.
 */
export function initialState(shapes: readonly ParameterShape[], seed: number): TrainingState {
  const values = shapes.map(
    ({ name, shape }, index) => [name, floatTensor(shape, initialValues(name, shape, seed, index))] as const,
  );
  return startingFrom(new Map(values));
}

/** The state before the first step of a training that begins with some values: all moments are 0. */
export function startingFrom(values: ReadonlyMap<string, FloatTensor>): TrainingState {
  const zeros = ({ shape }: FloatTensor) => floatTensor(shape, new Float32Array(elementCount(shape)));
  const parameters = [...values].map(
    ([name, value]) => [name, { value, firstMoment: zeros(value), secondMoment: zeros(value) }] as const,
  );
  return { step: 0, cursor: FIRST_SAMPLE, learningRateFactor: 1, parameters: new Map(parameters) };
}

/** The parameters' present values by name. */
export function parameterValues({ parameters }: TrainingState): ReadonlyMap<string, FloatTensor> {
  return new Map([...parameters].map(([name, { value }]) => [name, value]));
}

/** All arrays under the names that graphs and checkpoints have for them: P, its moments P.m and P.v. */
export function stateArrays(parameters: TrainingState['parameters']): ReadonlyMap<string, FloatTensor> {
  return new Map(
    [...parameters].flatMap(([name, { value, firstMoment, secondMoment }]) => [
      [name, value] as const,
      [`${name}.m`, firstMoment] as const,
      [`${name}.v`, secondMoment] as const,
    ]),
  );
}

function initialValues(name: string, shape: readonly number[], seed: number, index: number): Float32Array {
  const values = new Float32Array(elementCount(shape));
  if (name.endsWith('.scale')) return values.fill(1);
  if (!name.endsWith('.weight')) return values;
  const bound = 1 / Math.sqrt(elementCount(shape.slice(1)));
  const random = randomStream(seed, RandomPurpose.Parameters, index);
  return values.map(() => (2 * random.uniform() - 1) * bound);
}
