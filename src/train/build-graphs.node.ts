import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type ManifestEntry, manifestEntry } from '../graph-builder/artifacts/manifest.ts';
import { optimizerGraph } from '../graph-builder/artifacts/optimizer-graph.ts';
import { evaluationGraph, lossNetworkGraph, trainingGraph } from '../graph-builder/artifacts/training-graphs.ts';
import type { Graph } from '../graph-builder/ir/value.ts';
import { inferenceGraph } from '../graph-builder/networks/inference-network.ts';
import {
  type TransformNetworkOptions,
  transformNetworkParameters,
} from '../graph-builder/networks/transform-network.ts';
import type { RecipeName } from '../graph-builder/objective/recipes.ts';
import { writeOnnx } from '../graph-builder/serialise/onnx-file.ts';
import { makeFolder } from '../image/make-folder.node.ts';
import { writeWholeFile } from '../image/write-file.node.ts';
import { loadObjective } from './load-objective.node.ts';
import { initialState, parameterValues } from './training-state.ts';

/** Which graphs to write, and where. */
export interface BuildGraphsOptions {
  readonly out: string;
  readonly network: TransformNetworkOptions;
  readonly batch: number;
  readonly size: number;
  readonly recipe: RecipeName;
  readonly lossNetwork: string;
  /** Decides the untrained parameters that model.onnx holds. */
  readonly seed: number;
}

/** The content of manifest.json: how the files were made, and each file's tensors, size and hash. */
export interface Manifest {
  readonly options: Omit<BuildGraphsOptions, 'out'>;
  readonly files: readonly ManifestEntry[];
}

/**
 * Writes training_model.onnx, eval_model.onnx, optimizer_model.onnx, model.onnx (untrained), loss_network.onnx and
 * manifest.json. Same options and weights, same bytes.
 * @throws if the loss network is missing or too shallow for the recipe, or the folder cannot be written
 */
export async function buildGraphs(options: BuildGraphsOptions): Promise<Manifest> {
  const { out, network, batch, size, recipe, lossNetwork, seed } = options;
  const objective = await loadObjective(lossNetwork, recipe);
  const parameters = transformNetworkParameters(network);
  const graphs: readonly (readonly [string, Graph])[] = [
    ['training_model.onnx', trainingGraph({ network, objective, batch, size })],
    ['eval_model.onnx', evaluationGraph({ network, objective, batch, size })],
    ['optimizer_model.onnx', optimizerGraph(parameters)],
    ['model.onnx', inferenceGraph(network, parameterValues(initialState(parameters, seed)))],
    ['loss_network.onnx', lossNetworkGraph(objective)],
  ];
  await makeFolder(out);
  const files: ManifestEntry[] = [];
  for (const [file, graph] of graphs) {
    const bytes = writeOnnx(graph);
    await writeWholeFile(join(out, file), bytes);
    files.push(manifestEntry(file, graph, bytes.length, createHash('sha256').update(bytes).digest('hex')));
  }
  // The architecture rather than the path that was given: the same weights elsewhere make the same manifest.
  const manifest = {
    options: { network, batch, size, recipe, lossNetwork: objective.lossNetwork.architecture, seed },
    files,
  };
  await writeWholeFile(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}
