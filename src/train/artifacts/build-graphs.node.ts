import type { Graph } from '../../graph-builder/ir/value.ts';
import {
  type TransformNetworkOptions,
  transformNetworkParameters,
} from '../../graph-builder/networks/transform-network.ts';
import { type RecipeName, recipes } from '../../graph-builder/objective/recipes.ts';
import { signatureOf } from '../../graph-builder/onnx/custom-operators.ts';
import { writeOnnx } from '../../graph-builder/onnx/onnx-file.ts';
import { optimizerGraph } from '../../graph-builder/programs/optimizer-graph.ts';
import { evaluationGraph, lossNetworkGraph } from '../../graph-builder/programs/training-graphs.ts';
import { loadObjective } from '../../loss-network/objective/load-objective.node.ts';
import { inferenceModel } from '../../lowering/inference-model.ts';
import { loweredTrainingBlock, loweredTrainingGraph } from '../../lowering/programs.ts';
import { type Manifest, writeArtifacts } from '../run/write-artifacts.node.ts';
import { initialState, parameterValues } from '../training-state.ts';
import { artifactTarget } from './artifact-target.ts';

/** Which graphs to write, and where. */
export interface BuildGraphsOptions {
  readonly out: string;
  readonly network: TransformNetworkOptions;
  readonly batch: number;
  readonly size: number;
  readonly recipe: RecipeName;
  readonly pyramidLevels: number;
  readonly lossNetwork: string;
  /** Decides the untrained parameters. */
  readonly seed: number;
}

/**
 * Writes training_model.onnx, eval_model.onnx, optimizer_model.onnx, training_block.onnx (several steps in one run, the
 * whole batch at once), model.onnx (untrained), loss_network.onnx and manifest.json. Same options and weights, same bytes.
 * @throws if the loss network is missing or too shallow for the recipe, or the folder cannot be written
 */
export async function buildGraphs(options: BuildGraphsOptions): Promise<Manifest> {
  const { out, network, batch, size, recipe, pyramidLevels, lossNetwork, seed } = options;
  const objective = await loadObjective(lossNetwork, { ...recipes[recipe], pyramidLevels });
  const parameters = transformNetworkParameters(network);
  const graphs: readonly (readonly [string, Graph])[] = [
    ['training_model.onnx', loweredTrainingGraph({ network, objective, batch, size }, artifactTarget)],
    ['eval_model.onnx', evaluationGraph({ network, objective, batch, size })],
    ['optimizer_model.onnx', optimizerGraph(parameters)],
    [
      'training_block.onnx',
      loweredTrainingBlock({ network, objective, batch, microBatch: batch, size }, artifactTarget),
    ],
    ['model.onnx', inferenceModel(network, parameterValues(initialState(parameters, seed)))],
    ['loss_network.onnx', lossNetworkGraph(objective)],
  ];
  const artifacts = graphs.map(([file, graph]) => ({ file, bytes: writeOnnx(graph), signature: signatureOf(graph) }));
  return writeArtifacts(out, artifacts, {
    layout: 'impasto',
    network,
    batch,
    size,
    recipe,
    pyramidLevels,
    lossNetwork: objective.lossNetwork.architecture,
    seed,
  });
}
