import { stat } from 'node:fs/promises';
import { defaultCacheDirectory } from '../../files/cache-folder.node.ts';
import type { LossNetworkWeights, VggArchitecture } from '../../graph-builder/networks/vgg-architecture.ts';
import { cachedWeightsPath, type StoredWeights, storeWeights } from './cache.node.ts';
import { canonicalWeights } from './canonical-weights.ts';
import { isLossNetworkName, shippedLossNetwork } from './named-loss-networks.node.ts';
import { openWeights } from './open-weights.node.ts';
import { openSafetensors } from './safetensors-source.node.ts';

export interface LoadOptions {
  /** What a file at a path should hold; found from its contents if not given. */
  readonly architecture?: VggArchitecture | undefined;
  /** Default: IMPASTO_CACHE, or the operating system's cache folder. */
  readonly cacheDirectory?: string | undefined;
}

/**
 * Loads a loss network by name or path.
 * @param nameOrPath `vgg19-lite` for the one that comes with impasto, `vgg16` or `vgg19` for one in the cache folder (for
 * a folder of that name write `./vgg19`), or the path of a .safetensors file, an .onnx file, a TensorFlow.js model.json or its folder
 * @throws if there is none, or it is damaged or not a VGG network, in one sentence that says what to do
 */
export async function loadLossNetwork(nameOrPath: string, options: LoadOptions = {}): Promise<LossNetworkWeights> {
  const { architecture, cacheDirectory = defaultCacheDirectory() } = options;
  if (!isLossNetworkName(nameOrPath)) return canonicalWeights(await openWeights(nameOrPath), architecture);
  if (nameOrPath === 'vgg19-lite') return canonicalWeights(await openSafetensors(shippedLossNetwork), 'vgg19');
  return loadCached(nameOrPath, cacheDirectory);
}

export interface ImportOptions extends LoadOptions {
  /** The path of a .safetensors file, an .onnx file, a TensorFlow.js model.json or its folder. */
  readonly from: string;
}

/**
 * Copies a loss network from a file of any kind that impasto reads into the cache folder, in impasto's own form.
 * @throws as `loadLossNetwork` does for a path, and if the cache folder cannot be written; nothing is written then
 */
export async function importWeights({ from, architecture, cacheDirectory }: ImportOptions): Promise<StoredWeights> {
  const weights = await canonicalWeights(await openWeights(from), architecture);
  return storeWeights(weights, cacheDirectory ?? defaultCacheDirectory());
}

/** Whether the cache folder has weights of an architecture, whatever their state. */
export async function hasCachedWeights(
  architecture: VggArchitecture,
  cacheDirectory = defaultCacheDirectory(),
): Promise<boolean> {
  return stat(cachedWeightsPath(architecture, cacheDirectory)).then(
    () => true,
    () => false,
  );
}

async function loadCached(architecture: VggArchitecture, cacheDirectory: string): Promise<LossNetworkWeights> {
  const path = cachedWeightsPath(architecture, cacheDirectory);
  const remedy =
    `get them with "impasto weights download ${architecture}" or ` +
    `"impasto weights import --from PATH --as ${architecture}", or give a path instead of the name`;
  if (!(await hasCachedWeights(architecture, cacheDirectory))) {
    throw new Error(`There are no ${architecture} weights in the cache (${path}): ${remedy}`);
  }
  try {
    return await canonicalWeights(await openSafetensors(path), architecture);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The cached ${architecture} weights cannot be used: ${reason}; ${remedy}`, { cause });
  }
}
