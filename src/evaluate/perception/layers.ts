import { type LossNetworkWeights, vggConvolutionsTo } from '../../graph-builder/networks/vgg-architecture.ts';
import { requireLayers } from '../../loss-network/weights/layers.ts';

/** Layers at which pictures are compared: the first of each block of a VGG network (Gatys et al. 2016, section 2.2). */
export const perceptionLayers = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'] as const;
export type PerceptionLayer = (typeof perceptionLayers)[number];

/** Layers whose features are compared patch by patch. */
export const patchLayers = ['relu3_1', 'relu4_1'] as const satisfies readonly PerceptionLayer[];
export type PatchLayer = (typeof patchLayers)[number];

/**
 * The layers at which weights allow pictures to be compared.
 * @throws if they do not reach those whose patches are compared
 */
export function layersOf(weights: LossNetworkWeights): readonly PerceptionLayer[] {
  for (const layer of patchLayers) requireLayers(weights, layer);
  return perceptionLayers.filter((layer) =>
    vggConvolutionsTo(weights.architecture, layer).every(({ name }) => weights.tensors.has(`${name}.weight`)),
  );
}
