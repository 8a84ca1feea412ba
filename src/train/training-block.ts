import { Tensor } from 'onnxruntime-common';
import { type FloatTensor, floatTensor, scalarTensor } from '../graph-builder/ir/tensor.ts';
import { CHANNELS } from '../image/picture.ts';
import { floatData, type GraphSession, namedTensors, toOrtTensor } from '../loss-network/objective/graph-session.ts';
import { readLosses, type StepLosses, styleLosses } from '../loss-network/objective/losses.ts';
import { requireFiniteLosses, requireFiniteParameter } from './finite-steps.ts';
import { stateArrays, type TrainingState } from './training-state.ts';
import type { StepsResult } from './training-step.ts';

/** The graph that makes several optimiser steps in one run, and what it reads besides state and photographs. */
export interface TrainingBlock {
  /** training_block for batches of `batch` photographs of `size` × `size` pixels. */
  readonly session: GraphSession;
  readonly batch: number;
  readonly size: number;
  /** Style targets, layer weights and term weights by input name. */
  readonly constants: Readonly<Record<string, Tensor>>;
}

/**
 * As many optimiser steps as there are batches, in one run of the session: on a GPU the state crosses the bus once for all
 * of them. The state given is left as it was.
 * @param batches of each step, [batch, 3, size, size], RGB 0..255
 * @throws NonFiniteStepError if a loss or a parameter is not finite: then no step counts
 */
export async function trainingBlock(
  { session, batch, size, constants }: TrainingBlock,
  state: TrainingState,
  batches: readonly Float32Array[],
  learningRates: readonly number[],
): Promise<StepsResult<StepLosses>> {
  const steps = learningRates.length;
  const shape = [steps, batch, CHANNELS, size, size];
  const parameters = [...state.parameters];
  const feeds = {
    ...constants,
    ...namedTensors(stateArrays(state.parameters)),
    content: toOrtTensor(floatTensor(shape, joined(batches))),
    learning_rate: new Tensor('float32', Float32Array.from(learningRates), [steps]),
    step: toOrtTensor(scalarTensor(state.step)),
  };
  const outputs = await session.run(feeds);
  const losses = learningRates.map((_, step) => readLosses(styleLosses, outputs, step));
  requireFiniteLosses(losses, state.step);
  const updated = parameters.map(([name, { value }]) => {
    const read = (suffix: string): FloatTensor => floatTensor(value.shape, floatData(outputs, `${name}${suffix}.new`));
    return [name, { value: read(''), firstMoment: read('.m'), secondMoment: read('.v') }] as const;
  });
  for (const [name, { value }] of updated) requireFiniteParameter(name, value, state.step + steps);
  return { losses, parameters: new Map(updated) };
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.reduce((length, array) => length + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    all.set(array, offset);
    offset += array.length;
  }
  return all;
}
