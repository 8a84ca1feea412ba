import { floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { freezeLossNetwork } from '../../src/graph-builder/networks/vgg.ts';
import type { Objective } from '../../src/graph-builder/objective/objective.ts';
import { type RecipeName, recipes } from '../../src/graph-builder/objective/recipes.ts';
import { type ObjectiveConstants, objectiveFeeds } from '../../src/loss-network/objective/objective-feeds.ts';
import { randomTensor } from './random.ts';
import { patternWeights } from './vgg-files.ts';

/** A recipe over the first layers of a VGG-19 with made-up weights: a real objective that is soon computed. */
export function tinyObjective(name: RecipeName = 'balanced'): Objective {
  const weights = patternWeights('vgg19', 'relu2_1');
  const recipe = { ...recipes[name], contentLayer: 'relu2_1', styleLayers: ['relu1_1', 'relu2_1'] };
  return { lossNetwork: freezeLossNetwork(weights), recipe };
}

/** Made-up style targets and the weights for them, ready to be fed to a session. */
export function tinyObjectiveFeeds(changes: Partial<ObjectiveConstants> = {}) {
  const target = (channels: number) => {
    const shape = [1, channels, channels];
    return floatTensor(shape, Float32Array.from(randomTensor(shape, channels, 0, 1).data));
  };
  return objectiveFeeds({
    styleTargets: new Map([
      ['style.relu1_1', target(64)],
      ['style.relu2_1', target(128)],
    ]),
    weights: recipes.balanced.weights,
    layerWeights: { relu1_1: 0.5, relu2_1: 0.5 },
    ...changes,
  });
}
