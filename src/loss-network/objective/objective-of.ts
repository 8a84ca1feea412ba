import { deepestLayer, freezeLossNetwork } from '../../graph-builder/networks/vgg.ts';
import type { LossNetworkWeights } from '../../graph-builder/networks/vgg-architecture.ts';
import type { Objective } from '../../graph-builder/objective/objective.ts';
import { type Recipe, recipeLayers } from '../../graph-builder/objective/recipes.ts';
import { requireLayers } from '../weights/layers.ts';

/**
 * The objective of a recipe with a loss network's weights.
 * @throws if the weights end before a layer that the recipe needs
 */
export function objectiveOf(weights: LossNetworkWeights, recipe: Recipe): Objective {
  requireLayers(weights, deepestLayer(weights, recipeLayers(recipe)));
  return { lossNetwork: freezeLossNetwork(weights), recipe };
}
