import type { Tensor } from 'onnxruntime-common';
import { optimizerGraph } from '../graph-builder/artifacts/optimizer-graph.ts';
import { trainingGraph } from '../graph-builder/artifacts/training-graphs.ts';
import { scalarTensor } from '../graph-builder/ir/tensor.ts';
import { transformNetworkParameters } from '../graph-builder/networks/transform-network.ts';
import type { Objective } from '../graph-builder/objective/objective.ts';
import { winogradConvolutions } from '../graph-builder/passes/winograd-convolutions.ts';
import { writeOnnx } from '../graph-builder/serialise/onnx-file.ts';
import type { TrainingConfiguration } from './configuration.ts';
import { type CreateSession, toOrtTensor } from './graph-session.ts';
import type { TrainingSessions } from './training-step.ts';

/**
 * Loads the training and optimizer graphs of a configuration. A graph for one photograph is one for the CPU, where the
 * loss network's Winograd form is the faster one.
 */
export async function createTrainingSessions(
  { network, microBatch, size, clipGradients, stabilityWeight, seed }: TrainingConfiguration,
  objective: Objective,
  constants: Readonly<Record<string, Tensor>>,
  createSession: CreateSession,
): Promise<TrainingSessions> {
  const stability = stabilityWeight > 0;
  const plain = trainingGraph({ network, objective, batch: microBatch, size, stability });
  const training = microBatch === 1 ? winogradConvolutions(plain) : plain;
  const optimizer = optimizerGraph(transformNetworkParameters(network), { clipping: clipGradients !== undefined });
  return {
    training: await createSession(writeOnnx(training)),
    optimizer: await createSession(writeOnnx(optimizer)),
    microBatch,
    size,
    gradientLimit: clipGradients,
    noiseSeed: stability ? seed : undefined,
    constants: stability ? { ...constants, 'weight.stability': toOrtTensor(scalarTensor(stabilityWeight)) } : constants,
  };
}
