import { Tensor } from 'onnxruntime-common';
import { RandomPurpose, randomStream } from '../dataset/random.ts';
import { elementCount, type FloatTensor, floatTensor, scalarTensor } from '../graph-builder/ir/tensor.ts';
import { CHANNELS } from '../image/picture.ts';
import { type GraphSession, namedTensors, toOrtTensor } from '../loss-network/objective/graph-session.ts';
import { type LossKind, lossFetches, meanLosses, readLosses } from '../loss-network/objective/losses.ts';
import { stateArrays, type TrainedParameter, type TrainingState } from './training-state.ts';

/** The graphs of one run and what they read besides parameters and photographs. */
export interface TrainingSessions<Losses> {
  /** A graph of `content`, `microBatch` photographs of `size` × `size` pixels, to `loss`, its terms and P.grad. */
  readonly training: GraphSession;
  readonly losses: LossKind<Losses>;
  readonly optimizer: GraphSession;
  readonly microBatch: number;
  readonly size: number;
  /** The largest global norm of the gradients, for an optimizer graph that clips. */
  readonly gradientLimit?: number | undefined;
  /** For a training graph with the stability term: the seed of its noise. */
  readonly noiseSeed?: number | undefined;
  /** Style targets, layer weights and term weights by input name. */
  readonly constants: Readonly<Record<string, Tensor>>;
  /** For a base: what its graph reads of the painting of a micro-batch, by input name. */
  readonly paintingOf?: PaintingOf | undefined;
}

/**
 * What a graph reads of the painting that a micro-batch is painted after, by input name.
 * @param step steps done before, 0 in the first
 * @param part which of the step's micro-batches, from 0
 */
export type PaintingOf = (step: number, part: number) => Promise<Readonly<Record<string, Tensor>>>;

/** A step whose loss or gradients are not finite: nothing has been changed by it. */
export class NonFiniteStepError extends Error {}

export interface StepResult<Losses> {
  readonly losses: Losses;
  readonly parameters: ReadonlyMap<string, TrainedParameter>;
}

/** What several steps lead to: the losses of each, the parameters after the last. */
export interface StepsResult<Losses> {
  readonly losses: readonly Losses[];
  readonly parameters: ReadonlyMap<string, TrainedParameter>;
}

/**
 * Optimiser steps one after another, a batch and a learning rate each.
 * @throws NonFiniteStepError if one of them is not finite: then none of them counts
 */
export type TrainingSteps<Losses> = (
  state: TrainingState,
  batches: readonly Float32Array[],
  learningRates: readonly number[],
) => Promise<StepsResult<Losses>>;

/**
 * One optimiser step on a batch [B, 3, size, size]: the gradients of its micro-batches are averaged, which is the same
 * mathematics in the memory of one micro-batch, since nothing in the objective mixes the samples of a batch.
 * The state given is left as it was; the parameters returned stay as they are until the step after the next.
 * @throws NonFiniteStepError if the loss or a gradient is not finite
 * @throws if the batch is not a whole number of micro-batches
 */
export type TrainingStep<Losses> = (
  state: TrainingState,
  batch: Float32Array,
  learningRate: number,
) => Promise<StepResult<Losses>>;

/** Parameters as the state holds them, by name. */
type ParameterSet = ReadonlyMap<string, TrainedParameter>;

/** Arrays that are allocated once: parameters and moments go back and forth between two sets. */
interface Workspace {
  readonly sets: readonly [ParameterSet, ParameterSet];
  /** What the training graph writes for one micro-batch. */
  readonly gradients: ReadonlyMap<string, FloatTensor>;
  /** Means over the batch, under the same names. */
  readonly means: ReadonlyMap<string, FloatTensor>;
}

/** The step of a run on its sessions. */
export function createTrainingStep<Losses extends { readonly loss: number }>(
  sessions: TrainingSessions<Losses>,
): TrainingStep<Losses> {
  let workspace: Workspace | undefined;
  return async (state, batch, learningRate) => {
    workspace ??= allocate(state.parameters);
    const losses = await averageGradients(sessions, workspace, state, batch);
    requireFinite(losses, workspace.means, state.step + 1);
    const parameters = workspace.sets[0] === state.parameters ? workspace.sets[1] : workspace.sets[0];
    await update(sessions, workspace.means, state, learningRate, parameters);
    return { losses, parameters };
  };
}

/** A step as a loop of one step at a time takes it. */
export function oneAtATime<Losses>(trainingStep: TrainingStep<Losses>): TrainingSteps<Losses> {
  return async (state, [batch = new Float32Array()], [learningRate = Number.NaN]) => {
    const { losses, parameters } = await trainingStep(state, batch, learningRate);
    return { losses: [losses], parameters };
  };
}

function allocate(parameters: ParameterSet): Workspace {
  const zeros = ({ shape }: FloatTensor) => floatTensor(shape, new Float32Array(elementCount(shape)));
  const set = (): ParameterSet =>
    mapValues(parameters, ({ value }) => ({
      value: zeros(value),
      firstMoment: zeros(value),
      secondMoment: zeros(value),
    }));
  const gradients = () => mapValues(parameters, ({ value }) => zeros(value));
  return { sets: [set(), set()], gradients: gradients(), means: gradients() };
}

/** Runs the optimizer graph; it writes the new parameters and moments into the arrays of `target`. */
async function update(
  { optimizer, gradientLimit }: Pick<TrainingSessions<unknown>, 'optimizer' | 'gradientLimit'>,
  gradients: ReadonlyMap<string, FloatTensor>,
  state: TrainingState,
  learningRate: number,
  target: ParameterSet,
): Promise<void> {
  const feeds = {
    step: toOrtTensor(scalarTensor(state.step + 1)),
    learning_rate: toOrtTensor(scalarTensor(learningRate)),
    ...(gradientLimit === undefined ? {} : { gradient_limit: toOrtTensor(scalarTensor(gradientLimit)) }),
    ...namedTensors(gradients, '.grad'),
    ...namedTensors(stateArrays(state.parameters)),
  };
  const fetches = namedTensors(stateArrays(target), '.new');
  const outputs = await optimizer.run(feeds, fetches);
  for (const name of Object.keys(fetches)) requireWritten(outputs, name);
}

async function averageGradients<Losses>(
  { training, losses, microBatch, size, constants, paintingOf, noiseSeed }: TrainingSessions<Losses>,
  { gradients, means }: Workspace,
  { step, parameters }: TrainingState,
  batch: Float32Array,
): Promise<Losses> {
  const shape = [microBatch, CHANNELS, size, size];
  const length = elementCount(shape);
  const parts = batch.length / length;
  if (!Number.isInteger(parts) || parts < 1) {
    throw new Error(`Expected a batch of whole micro-batches of ${microBatch} crops of ${size}×${size} pixels`);
  }
  for (const { data } of means.values()) data.fill(0);
  const values = namedTensors(mapValues(parameters, ({ value }) => value));
  const partLosses: Losses[] = [];
  const fetches = { ...lossFetches(losses), ...namedTensors(gradients, '.grad') };
  for (let part = 0; part < parts; part++) {
    const photographs = batch.subarray(part * length, (part + 1) * length);
    const painting = (await paintingOf?.(step, part)) ?? {};
    const feeds = { ...values, ...constants, ...painting, content: new Tensor('float32', photographs, shape) };
    const noise = noiseSeed === undefined ? {} : { noise: noiseTensor(shape, [noiseSeed, step, part]) };
    const outputs = await training.run({ ...feeds, ...noise }, fetches);
    partLosses.push(readLosses(losses, outputs));
    for (const [name, { data }] of gradients) {
      requireWritten(outputs, `${name}.grad`);
      addScaled(dataOf(means, name), data, 1 / parts);
    }
  }
  return meanLosses(losses, partLosses);
}

/** Standard deviation of the stability term's noise, on the 0..255 scale. */
const noiseDeviation = 8;

function noiseTensor(shape: readonly number[], [seed, step, part]: readonly [number, number, number]): Tensor {
  const random = randomStream(seed, RandomPurpose.Noise, step, part);
  return new Tensor(
    'float32',
    new Float32Array(elementCount(shape)).map(() => noiseDeviation * random.normal()),
    shape,
  );
}

function mapValues<T, U>(map: ReadonlyMap<string, T>, convert: (value: T) => U): ReadonlyMap<string, U> {
  return new Map([...map].map(([name, value]) => [name, convert(value)]));
}

function requireFinite(
  losses: { readonly loss: number },
  gradients: ReadonlyMap<string, FloatTensor>,
  step: number,
): void {
  if (!Number.isFinite(losses.loss)) {
    throw new NonFiniteStepError(`Expected a finite loss at step ${step} but received ${losses.loss}`);
  }
  for (const [name, { data }] of gradients) {
    const norm = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(norm)) {
      throw new NonFiniteStepError(`Expected a finite gradient of ${name} at step ${step} but its norm is ${norm}`);
    }
  }
}

/**
 * Checks that a session has written an output into the tensor that it was given for it: one that does not know such tensors
 * leaves those outputs out.
 * @throws if it has not
 */
export function requireWritten(outputs: Readonly<Record<string, Tensor>>, name: string): void {
  if (outputs[name] === undefined) throw new Error(`Expected the session to write the output ${name} but it did not`);
}

function dataOf(tensors: ReadonlyMap<string, FloatTensor>, name: string): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`Expected an array for ${name} among ${[...tensors.keys()].join(', ')}`);
  return tensor.data;
}

function addScaled(sum: Float32Array, values: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (values[i] ?? 0) * factor;
}
