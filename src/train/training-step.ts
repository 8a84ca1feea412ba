import { Tensor } from 'onnxruntime-common';
import { type FloatTensor, floatTensor } from '../graph-builder/ir/tensor.ts';
import { floatData, type GraphSession, scalar, toOrtTensor } from './graph-session.ts';
import type { TrainedParameter, TrainingState } from './training-state.ts';

/** The objective's value and its unweighted terms, means over the batch. */
export interface StepLosses {
  readonly loss: number;
  readonly content: number;
  readonly style: number;
  readonly tv: number;
}

/** The graphs of one run and what they read besides parameters and photographs. */
export interface TrainingSessions {
  /** training_model for a micro-batch of `microBatch` photographs of `size` × `size` pixels. */
  readonly training: GraphSession;
  readonly optimizer: GraphSession;
  readonly microBatch: number;
  readonly size: number;
  /** The largest global norm of the gradients, for an optimizer graph that clips. */
  readonly gradientLimit?: number | undefined;
  /** Style targets, layer weights and term weights by input name. */
  readonly constants: Readonly<Record<string, Tensor>>;
}

/** A step whose loss or gradients are not finite: nothing has been changed by it. */
export class NonFiniteStepError extends Error {}

export interface StepResult {
  readonly losses: StepLosses;
  readonly parameters: ReadonlyMap<string, TrainedParameter>;
}

/**
 * One optimiser step on a batch [B, 3, size, size]: the gradients of its micro-batches are averaged, which is the same
 * mathematics in the memory of one micro-batch, since nothing in the objective mixes the samples of a batch.
 * The state given is left as it was.
 * @throws NonFiniteStepError if the loss or a gradient is not finite
 * @throws if the batch is not a whole number of micro-batches
 */
export async function trainingStep(
  sessions: TrainingSessions,
  state: TrainingState,
  batch: Float32Array,
  learningRate: number,
): Promise<StepResult> {
  const parameters = [...state.parameters];
  const { losses, gradients } = await batchGradients(sessions, parameters, batch);
  requireFinite(losses, gradients, state.step + 1);
  const feeds: Record<string, Tensor> = {
    step: toOrtTensor(floatTensor([], Float32Array.of(state.step + 1))),
    learning_rate: toOrtTensor(floatTensor([], Float32Array.of(learningRate))),
  };
  if (sessions.gradientLimit !== undefined) {
    feeds.gradient_limit = toOrtTensor(floatTensor([], Float32Array.of(sessions.gradientLimit)));
  }
  for (const [name, { value, firstMoment, secondMoment }] of parameters) {
    feeds[name] = toOrtTensor(value);
    feeds[`${name}.m`] = toOrtTensor(firstMoment);
    feeds[`${name}.v`] = toOrtTensor(secondMoment);
    feeds[`${name}.grad`] = toOrtTensor(floatTensor(value.shape, gradients.get(name) ?? new Float32Array()));
  }
  const outputs = await sessions.optimizer.run(feeds);
  const updated = parameters.map(([name, { value }]) => {
    const read = (suffix: string): FloatTensor => floatTensor(value.shape, floatData(outputs, `${name}${suffix}.new`));
    return [name, { value: read(''), firstMoment: read('.m'), secondMoment: read('.v') }] as const;
  });
  return { losses, parameters: new Map(updated) };
}

async function batchGradients(
  { training, microBatch, size, constants }: TrainingSessions,
  parameters: readonly (readonly [string, TrainedParameter])[],
  batch: Float32Array,
): Promise<{ losses: StepLosses; gradients: ReadonlyMap<string, Float32Array> }> {
  const length = microBatch * 3 * size * size;
  const parts = batch.length / length;
  if (!Number.isInteger(parts) || parts < 1) {
    throw new Error(`Expected a batch of whole micro-batches of ${microBatch} crops of ${size}×${size} pixels`);
  }
  const gradients = new Map(parameters.map(([name, { value }]) => [name, new Float32Array(value.data.length)]));
  const losses = { loss: 0, content: 0, style: 0, tv: 0 };
  const values = Object.fromEntries(parameters.map(([name, { value }]) => [name, toOrtTensor(value)]));
  for (let part = 0; part < parts; part++) {
    const photographs = batch.subarray(part * length, (part + 1) * length);
    const content = new Tensor('float32', photographs, [microBatch, 3, size, size]);
    const outputs = await training.run({ ...values, ...constants, content });
    losses.loss += scalar(outputs, 'loss') / parts;
    losses.content += scalar(outputs, 'loss.content') / parts;
    losses.style += scalar(outputs, 'loss.style') / parts;
    losses.tv += scalar(outputs, 'loss.tv') / parts;
    for (const [name, sum] of gradients) addScaled(sum, floatData(outputs, `${name}.grad`), 1 / parts);
  }
  return { losses, gradients };
}

function requireFinite(losses: StepLosses, gradients: ReadonlyMap<string, Float32Array>, step: number): void {
  if (!Number.isFinite(losses.loss)) {
    throw new NonFiniteStepError(`Expected a finite loss at step ${step} but received ${losses.loss}`);
  }
  for (const [name, gradient] of gradients) {
    const norm = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(norm)) {
      throw new NonFiniteStepError(`Expected a finite gradient of ${name} at step ${step} but its norm is ${norm}`);
    }
  }
}

function addScaled(sum: Float32Array, values: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (values[i] ?? 0) * factor;
}
