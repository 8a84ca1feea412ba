import { lossNetwork, photographs } from 'virtual:training';
import type { PhotographFile } from '../../../../src/dataset/photographs.browser.ts';
import type { LossNetworkWeights } from '../../../../src/graph-builder/networks/vgg-architecture.ts';
import { canonicalWeights } from '../../../../src/loss-network/weights/canonical-weights.ts';
import { safetensorsSource } from '../../../../src/loss-network/weights/safetensors-source.ts';

/** What a style is trained with. */
export interface TrainingFiles {
  readonly lossNetwork: LossNetworkWeights;
  readonly photographs: readonly PhotographFile[];
}

/**
 * Fetches the loss network and all photographs, so that a training that has begun needs no network.
 * @throws one sentence if one of them is not to be had
 */
export async function fetchFiles(): Promise<TrainingFiles> {
  const [weights, ...files] = await Promise.all([
    fetchFile(lossNetwork),
    ...photographs.map(async ({ name, address }) => ({ name, content: await fetchFile(address) })),
  ]);
  const source = safetensorsSource(new Uint8Array(await weights.arrayBuffer()), 'vgg19-lite');
  return { lossNetwork: await canonicalWeights(source, 'vgg19'), photographs: files };
}

async function fetchFile(address: string): Promise<Blob> {
  const response = await fetch(address).catch(() => undefined);
  if (response?.ok) return response.blob();
  throw new Error(
    'The photographs to train with could not be fetched. They are needed once; then a style trains without a network.',
  );
}
