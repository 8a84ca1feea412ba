import { readFile } from 'node:fs/promises';
import type { FloatTensor } from '../../graph-builder/ir/tensor.ts';
import { transformNetworkParameters } from '../../graph-builder/networks/transform-network.ts';
import type { Objective } from '../../graph-builder/objective/objective.ts';
import { recipes } from '../../graph-builder/objective/recipes.ts';
import { noCustomOperators, signatureOf } from '../../graph-builder/onnx/custom-operators.ts';
import { writeOnnx } from '../../graph-builder/onnx/onnx-file.ts';
import { type OrtCheckpoint, writeOrtCheckpoint } from '../../graph-builder/ort-training/checkpoint.ts';
import { type OrtModel, ortOptimizerModel, ortTrainingModel } from '../../graph-builder/ort-training/models.ts';
import { evaluationGraph } from '../../graph-builder/programs/training-graphs.ts';
import { decodeResized } from '../../image/decode.node.ts';
import type { Region } from '../../image/picture.ts';
import type { CreateSession } from '../../loss-network/objective/graph-session.ts';
import { loadObjective } from '../../loss-network/objective/load-objective.node.ts';
import { objectiveTensors } from '../../loss-network/objective/objective-feeds.ts';
import { computeStyleTargets } from '../../loss-network/objective/style-targets.ts';
import { lower } from '../../lowering/lower.ts';
import { type Artifact, type Manifest, sha256Of, writeArtifacts } from '../run/write-artifacts.node.ts';
import { initialState } from '../training-state.ts';
import { artifactTarget } from './artifact-target.ts';
import type { BuildGraphsOptions } from './build-graphs.node.ts';

/** A painting to be put into the checkpoint. */
export interface OrtTrainingStyle {
  readonly file: string;
  /** Short side in pixels that it is reduced to. */
  readonly size: number;
  /** The part of it that is learnt, in pixels; by default all of it. */
  readonly crop?: Region | undefined;
}

export interface BuildOrtTrainingOptions extends BuildGraphsOptions {
  /** Without a painting, its Gram matrices and all weights of the objective are inputs that the user feeds. */
  readonly style: OrtTrainingStyle | undefined;
  readonly createSession: CreateSession;
}

/**
 * Writes training_model.onnx, eval_model.onnx, optimizer_model.onnx and checkpoint in the layout that ONNX Runtime's own
 * TrainingSession (1.16 to 1.19) loads, and manifest.json. The graphs are the same for every painting: style targets and
 * weights are inputs, which a session feeds by itself if the checkpoint holds them as frozen parameters. The parameters
 * are those that `initialState` gives. Same options, weights and painting, same bytes.
 * @throws if the painting cannot be read, the loss network is missing or too shallow for the recipe, or the folder cannot
 * be written
 */
export async function buildOrtTraining(options: BuildOrtTrainingOptions): Promise<Manifest> {
  const { out, network, batch, size, recipe, pyramidLevels, lossNetwork, seed, style, createSession } = options;
  const objective = await loadObjective(lossNetwork, { ...recipes[recipe], pyramidLevels });
  const frozen = style ? await objectiveOf(style, objective, createSession) : new Map<string, FloatTensor>();
  const parameters = transformNetworkParameters(network);
  const evaluation = evaluationGraph({ network, objective, batch, size });
  const training = ortTrainingModel(
    evaluation,
    parameters.map(({ name }) => name),
  );
  const artifacts = [
    modelArtifact('training_model.onnx', { ...training, graph: lower(training.graph, artifactTarget) }),
    modelArtifact('eval_model.onnx', { graph: evaluation, customOperators: noCustomOperators }),
    modelArtifact('optimizer_model.onnx', ortOptimizerModel()),
    checkpointArtifact({ ...initialState(parameters, seed), frozen }),
  ];
  return writeArtifacts(out, artifacts, {
    layout: 'ort-training',
    network,
    batch,
    size,
    recipe,
    pyramidLevels,
    lossNetwork: objective.lossNetwork.architecture,
    seed,
    ...(style && { style: { sha256: sha256Of(await readFile(style.file)), size: style.size, crop: style.crop } }),
  });
}

/** A painting's targets and the recipe's weights by input name. */
async function objectiveOf(
  { file, size, crop }: OrtTrainingStyle,
  objective: Objective,
  createSession: CreateSession,
): Promise<ReadonlyMap<string, FloatTensor>> {
  const { weights, layerWeights } = objective.recipe;
  const picture = await decodeResized(file, { shortSide: size, region: crop });
  const styleTargets = await computeStyleTargets(objective, picture, createSession);
  return objectiveTensors({ styleTargets, weights, layerWeights });
}

function modelArtifact(file: string, { graph, customOperators }: OrtModel): Artifact {
  return { file, bytes: writeOnnx(graph, {}, customOperators), signature: signatureOf(graph, customOperators) };
}

function checkpointArtifact(checkpoint: OrtCheckpoint): Artifact {
  const trained = [...checkpoint.parameters].map(([name, { value }]) => [name, value] as const);
  const outputs = [...trained, ...checkpoint.frozen].map(([name, { type, shape }]) => ({ name, type, shape }));
  return { file: 'checkpoint', bytes: writeOrtCheckpoint(checkpoint), signature: { inputs: [], outputs } };
}
