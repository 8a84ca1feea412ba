import type { Objective } from '../../graph-builder/objective/objective.ts';
import type { Recipe } from '../../graph-builder/objective/recipes.ts';
import { loadLossNetwork } from '../weights/load-loss-network.node.ts';
import { objectiveOf } from './objective-of.ts';

/**
 * The objective of a recipe with a loss network's weights.
 * @param lossNetwork vgg16, vgg19, or the path of a file of their weights
 * @throws if the weights are not to be had, or end before a layer that the recipe needs
 */
export async function loadObjective(lossNetwork: string, recipe: Recipe): Promise<Objective> {
  return objectiveOf(await loadLossNetwork(lossNetwork), recipe);
}
