import type { LossNetworkWeights } from '../../graph-builder/networks/vgg-architecture.ts';
import { hasCachedWeights, loadLossNetwork } from '../../loss-network/weights/load-loss-network.node.ts';
import { layersOf, type PerceptionLayer, perceptionLayers } from './layers.ts';

/** The loss network by which pictures are compared. */
export interface LoadedPerceptionNetwork {
  /** A name of a loss network, or a path. */
  readonly name: string;
  readonly weights: LossNetworkWeights;
  /** The layers at which it compares pictures. */
  readonly layers: readonly PerceptionLayer[];
  /** Those that it does not reach. */
  readonly missing: readonly PerceptionLayer[];
}

/**
 * Loads the loss network by which pictures are compared.
 * @param given a name or the path of its weights; by default VGG-19 if the cache folder has it, otherwise vgg19-lite
 * @param cacheDirectory by default the user's
 * @throws if the weights are not to be had or do not reach relu4_1
 */
export async function loadPerceptionNetwork(
  given: string | undefined,
  cacheDirectory?: string,
): Promise<LoadedPerceptionNetwork> {
  const name = given ?? ((await hasCachedWeights('vgg19', cacheDirectory)) ? 'vgg19' : 'vgg19-lite');
  const weights = await loadLossNetwork(name, { cacheDirectory });
  const layers = layersOf(weights);
  return { name, weights, layers, missing: perceptionLayers.filter((layer) => !layers.includes(layer)) };
}
