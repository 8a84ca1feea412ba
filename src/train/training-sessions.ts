import type { Tensor } from 'onnxruntime-common';
import { scalarTensor } from '../graph-builder/ir/tensor.ts';
import { type TrainedPart, trainedShapes } from '../graph-builder/networks/trained-part.ts';
import { transformNetworkParameters } from '../graph-builder/networks/transform-network.ts';
import type { Objective } from '../graph-builder/objective/objective.ts';
import { writeOnnx } from '../graph-builder/onnx/onnx-file.ts';
import { optimizerGraph } from '../graph-builder/programs/optimizer-graph.ts';
import {
  type CreateResidentSession,
  type CreateSession,
  toOrtTensor,
} from '../loss-network/objective/graph-session.ts';
import { type StepLosses, steadyStyleLosses, styleLosses } from '../loss-network/objective/losses.ts';
import { loweredTrainingBlock, loweredTrainingGraph } from '../lowering/programs.ts';
import type { Target } from '../lowering/targets.ts';
import type { TrainingConfiguration } from '../style-file/training-configuration.ts';
import { residentSteps } from './resident-steps.ts';
import { trainingBlock } from './training-block.ts';
import { createTrainingStep, oneAtATime, type PaintingOf, type TrainingSteps } from './training-step.ts';

/** The graphs of a run, loaded, and the steps that they make. */
export interface Trainer {
  readonly trainingSteps: TrainingSteps<StepLosses>;
  readonly release: () => Promise<void>;
}

/** What of a run's configuration its graphs depend on. */
export type TrainerConfiguration = Pick<
  TrainingConfiguration,
  'network' | 'batch' | 'microBatch' | 'size' | 'clipGradients' | 'stabilityWeight' | 'seed'
>;

/** What a trainer is made from. */
export interface TrainerOptions {
  readonly configuration: TrainerConfiguration;
  readonly objective: Objective;
  /** Style targets, layer weights and term weights by input name. */
  readonly constants: Readonly<Record<string, Tensor>>;
  /** Steps in one run of a session: with more than one there is neither clipping nor a stability term. */
  readonly stepsPerRun: number;
  readonly createSession: CreateSession;
  /** Where the sessions run. */
  readonly target: Target;
  /** What is trained, by default the whole network; a part of it one step at a time. */
  readonly part?: TrainedPart | undefined;
  /** For a base: the painting of each micro-batch. */
  readonly paintingOf?: PaintingOf | undefined;
}

/** Loads the graphs of a configuration: one for several steps at once, or training and optimizer graph for each step. */
export function createTrainer(options: TrainerOptions): Promise<Trainer> {
  return options.stepsPerRun > 1 ? createBlockTrainer(options) : createStepTrainer(options);
}

/** What a trainer is made from whose state stays on the device: neither clipping nor a stability term is a part of it. */
export interface ResidentTrainerOptions
  extends Pick<TrainerOptions, 'configuration' | 'objective' | 'constants' | 'target'> {
  readonly createSession: CreateResidentSession;
}

/** Loads the graphs of a configuration, training graph and optimizer graph, on a device that keeps their outputs. */
export async function createResidentTrainer(options: ResidentTrainerOptions): Promise<Trainer> {
  const { configuration, objective, constants, createSession, target } = options;
  const { network, batch, size } = configuration;
  const parameters = transformNetworkParameters(network);
  const suffixed = (...suffixes: readonly string[]) =>
    parameters.flatMap(({ name }) => suffixes.map((suffix) => `${name}${suffix}`));
  const training = await createSession(
    writeOnnx(loweredTrainingGraph({ network, objective, batch, size }, target)),
    suffixed('.grad'),
  );
  const optimizer = await createSession(writeOnnx(optimizerGraph(parameters)), suffixed('.new', '.m.new', '.v.new'));
  const sessions = { training, optimizer, batch, size, constants };
  return {
    trainingSteps: (...steps) => residentSteps(sessions, ...steps),
    release: async () => void (await Promise.all([training.release(), optimizer.release()])),
  };
}

async function createBlockTrainer({ configuration, objective, constants, createSession, target }: TrainerOptions) {
  const { network, batch, microBatch, size } = configuration;
  const graph = loweredTrainingBlock({ network, objective, batch, microBatch, size }, target);
  const session = await createSession(writeOnnx(graph));
  const block = { session, batch, size, constants };
  const trainingSteps: TrainingSteps<StepLosses> = (...steps) => trainingBlock(block, ...steps);
  return { trainingSteps, release: () => session.release() };
}

async function createStepTrainer({
  configuration,
  objective,
  constants,
  createSession,
  target,
  part,
  paintingOf,
}: TrainerOptions) {
  const { network, microBatch, size, clipGradients, stabilityWeight, seed } = configuration;
  const stability = stabilityWeight > 0;
  const graph = loweredTrainingGraph({ network, objective, batch: microBatch, size, stability, part }, target);
  const training = await createSession(writeOnnx(graph));
  const clipping = clipGradients !== undefined;
  const parameters = trainedShapes(network, part ?? { kind: 'network' });
  const optimizer = await createSession(writeOnnx(optimizerGraph(parameters, { clipping })));
  const trainingStep = createTrainingStep({
    ...{ training, optimizer, microBatch, size },
    losses: stability ? steadyStyleLosses : styleLosses,
    gradientLimit: clipGradients,
    noiseSeed: stability ? seed : undefined,
    paintingOf,
    constants: stability ? { ...constants, 'weight.stability': toOrtTensor(scalarTensor(stabilityWeight)) } : constants,
  });
  return {
    trainingSteps: oneAtATime(trainingStep),
    release: async () => void (await Promise.all([training.release(), optimizer.release()])),
  };
}
