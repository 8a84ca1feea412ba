import type { Tensor } from 'onnxruntime-common';
import { optimizerGraph } from '../graph-builder/artifacts/optimizer-graph.ts';
import { trainingGraph } from '../graph-builder/artifacts/training-graphs.ts';
import { transformNetworkParameters } from '../graph-builder/networks/transform-network.ts';
import type { Objective } from '../graph-builder/objective/objective.ts';
import { writeOnnx } from '../graph-builder/serialise/onnx-file.ts';
import type { TrainingConfiguration } from './configuration.ts';
import type { CreateSession } from './graph-session.ts';
import type { TrainingSessions } from './training-step.ts';

/** Loads the training and optimizer graphs of a configuration. */
export async function createTrainingSessions(
  { network, microBatch, size, clipGradients }: TrainingConfiguration,
  objective: Objective,
  constants: Readonly<Record<string, Tensor>>,
  createSession: CreateSession,
): Promise<TrainingSessions> {
  const training = trainingGraph({ network, objective, batch: microBatch, size });
  const optimizer = optimizerGraph(transformNetworkParameters(network), { clipping: clipGradients !== undefined });
  return {
    training: await createSession(writeOnnx(training)),
    optimizer: await createSession(writeOnnx(optimizer)),
    microBatch,
    size,
    gradientLimit: clipGradients,
    constants,
  };
}
