import type { Tensor } from 'onnxruntime-common';
import { type FloatTensor, scalarTensor } from '../graph-builder/ir/tensor.ts';
import { freezeLossNetwork } from '../graph-builder/networks/vgg.ts';
import type { Objective } from '../graph-builder/objective/objective.ts';
import { type Recipe, recipeLayers, type TermWeights } from '../graph-builder/objective/recipes.ts';
import { toOrtTensor } from './graph-session.ts';
import { requireLayers } from './weights/layers.ts';
import { loadLossNetwork } from './weights/load-loss-network.node.ts';

/**
 * An objective over a loss network from the cache or a file.
 * @param nameOrPath as loadLossNetwork takes it
 * @throws if the weights are not to be had, or do not reach the recipe's layers
 */
export async function loadObjective(nameOrPath: string, recipe: Recipe): Promise<Objective> {
  const weights = await loadLossNetwork(nameOrPath);
  for (const layer of recipeLayers(recipe)) requireLayers(weights, layer);
  return { lossNetwork: freezeLossNetwork(weights), recipe };
}

/** What an objective's graphs read besides pictures and parameters. */
export interface ObjectiveConstants {
  /** The painting's Gram matrices by input name (`style.LAYER`), as computeStyleTargets gives them. */
  readonly styleTargets: ReadonlyMap<string, FloatTensor>;
  readonly weights: TermWeights;
  readonly layerWeights: Readonly<Record<string, number>>;
}

/** Style targets, layer weights and term weights by input name, ready to be fed to a session. */
export function objectiveFeeds({ styleTargets, weights, layerWeights }: ObjectiveConstants): Record<string, Tensor> {
  const scalars = [
    ...Object.entries(weights).map(([term, weight]) => [`weight.${term}`, scalarTensor(weight)] as const),
    ...Object.entries(layerWeights).map(([layer, weight]) => [`weight.style.${layer}`, scalarTensor(weight)] as const),
  ];
  return Object.fromEntries([...styleTargets, ...scalars].map(([name, tensor]) => [name, toOrtTensor(tensor)]));
}
