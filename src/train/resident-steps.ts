import type { Tensor } from 'onnxruntime-common';
import { type FloatTensor, floatTensor, scalarTensor } from '../graph-builder/ir/tensor.ts';
import { CHANNELS } from '../image/picture.ts';
import { type GraphSession, namedTensors, toOrtTensor } from '../loss-network/objective/graph-session.ts';
import { readLosses, type StepLosses, styleLosses } from '../loss-network/objective/losses.ts';
import { requireFiniteLosses, requireFiniteParameter } from './finite-steps.ts';
import { stateArrays, type TrainedParameter, type TrainingState } from './training-state.ts';
import type { StepsResult } from './training-step.ts';

/** Two sessions on one device whose gradients, parameters and moments stay in its memory; losses come back. */
export interface ResidentSessions {
  /** The training graph for `batch` photographs of `size` × `size` pixels. */
  readonly training: GraphSession;
  readonly optimizer: GraphSession;
  readonly batch: number;
  readonly size: number;
  /** Style targets, layer weights and term weights by input name. */
  readonly constants: Tensors;
}

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Steps one after another between which parameters, moments and gradients stay on the device, as WebGPU allows it: for all
 * of them together the state crosses the bus once in each direction. The state given is left as it was.
 * @param batches of each step, [batch, 3, size, size], RGB 0..255
 * @throws NonFiniteStepError if a loss or a parameter is not finite: then no step counts
 */
export async function residentSteps(
  sessions: ResidentSessions,
  state: TrainingState,
  batches: readonly Float32Array[],
  learningRates: readonly number[],
): Promise<StepsResult<StepLosses>> {
  const losses: StepLosses[] = [];
  let tensors: Tensors = namedTensors(stateArrays(state.parameters));
  try {
    for (const [index, photographs] of batches.entries()) {
      const done = state.step + index;
      const gradients = await computeGradients(sessions, pick(tensors, [...state.parameters.keys()]), photographs);
      try {
        losses.push(readLosses(styleLosses, gradients));
        requireFiniteLosses(losses.slice(-1), done);
        const updated = await update(sessions, { ...tensors, ...gradients }, done + 1, learningRates[index]);
        dispose(tensors);
        tensors = updated;
      } finally {
        dispose(gradients);
      }
    }
    return { losses, parameters: await readParameters(tensors, state, batches.length) };
  } finally {
    dispose(tensors);
  }
}

/** The training graph's outputs: the loss, its terms, and P.grad of every parameter P. */
function computeGradients(
  { training, batch, size, constants }: ResidentSessions,
  parameters: Tensors,
  photographs: Float32Array,
): Promise<Tensors> {
  const content = toOrtTensor(floatTensor([batch, CHANNELS, size, size], photographs));
  return training.run({ ...parameters, ...constants, content });
}

/** @param tensors parameters, moments and gradients; what else there is among them is passed over */
async function update(
  { optimizer }: ResidentSessions,
  tensors: Tensors,
  step: number,
  learningRate = Number.NaN,
): Promise<Tensors> {
  const isLoss = (name: string) => name === 'loss' || name.startsWith('loss.');
  const outputs = await optimizer.run({
    ...Object.fromEntries(Object.entries(tensors).filter(([name]) => !isLoss(name))),
    step: toOrtTensor(scalarTensor(step)),
    learning_rate: toOrtTensor(scalarTensor(learningRate)),
  });
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name.replace(/\.new$/, ''), tensor]));
}

/** The parameters out of the device's memory, as a checkpoint keeps them. */
async function readParameters(
  tensors: Tensors,
  { step, parameters }: TrainingState,
  steps: number,
): Promise<ReadonlyMap<string, TrainedParameter>> {
  const updated = new Map<string, TrainedParameter>();
  for (const name of parameters.keys()) {
    const value = await read(tensors, name);
    requireFiniteParameter(name, value, step + steps);
    const [firstMoment, secondMoment] = [await read(tensors, `${name}.m`), await read(tensors, `${name}.v`)];
    updated.set(name, { value, firstMoment, secondMoment });
  }
  return updated;
}

async function read(tensors: Tensors, name: string): Promise<FloatTensor> {
  const tensor = tensors[name];
  const data = await tensor?.getData();
  if (tensor && data instanceof Float32Array) return floatTensor(tensor.dims, data);
  throw new Error(`Expected the optimizer's session to give ${name} as float32 but it did not`);
}

function pick(tensors: Tensors, names: readonly string[]): Tensors {
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => names.includes(name)));
}

/** Gives memory of the device back; arrays that tensors were made from stay as they are. */
function dispose(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
