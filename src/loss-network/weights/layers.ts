import {
  type LossNetworkWeights,
  layerOfConvolution,
  vggConvolutions,
  vggConvolutionsTo,
} from '../../graph-builder/networks/vgg-architecture.ts';

/**
 * The deepest layer, `reluB_I`, that the weights allow to compute.
 * @throws if they have not even the first layer
 */
export function deepestLayer({ architecture, tensors }: LossNetworkWeights): string {
  const layers = vggConvolutions(architecture);
  const missing = layers.findIndex(({ name }) => !tensors.has(`${name}.weight`));
  const deepest = missing < 0 ? layers.at(-1) : layers[missing - 1];
  if (deepest === undefined) throw new Error(`Expected ${architecture} weights but received none for conv1_1`);
  return layerOfConvolution(deepest.name);
}

/**
 * Checks that the weights reach the deepest layer that an objective uses.
 * @param layer `reluB_I`, such as `relu4_1`
 * @throws if they do not, or the architecture has no such layer
 */
export function requireLayers(weights: LossNetworkWeights, layer: string): void {
  const { architecture, tensors } = weights;
  if (vggConvolutionsTo(architecture, layer).every(({ name }) => tensors.has(`${name}.weight`))) return;
  throw new Error(
    `Expected ${architecture} weights up to ${layer} but the file ends at ${deepestLayer(weights)}: ` +
      `get the deeper layers with "impasto weights download ${architecture} --layer ${layer}" and take them with ` +
      `--loss-network ${architecture}, or give a complete file`,
  );
}
