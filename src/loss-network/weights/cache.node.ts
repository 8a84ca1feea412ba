import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheError } from '../../files/cache-folder.node.ts';
import { writeWholeFile } from '../../files/write-file.node.ts';
import type { LossNetworkWeights, VggArchitecture } from '../../graph-builder/networks/vgg-architecture.ts';
import { encodeWeights } from './canonical-weights.ts';
import { deepestLayer } from './layers.ts';

/** A loss network as it lies in the cache folder. */
export interface StoredWeights {
  readonly path: string;
  readonly architecture: VggArchitecture;
  /** The deepest layer, `reluB_I`, that the file allows to compute. */
  readonly deepestLayer: string;
  /** The file's size. */
  readonly bytes: number;
  /** The file's SHA-256 in hexadecimal. */
  readonly sha256: string;
}

/** Where the cache keeps the weights of an architecture. */
export function cachedWeightsPath(architecture: VggArchitecture, cacheDirectory: string): string {
  return join(cacheDirectory, 'loss-networks', `${architecture}.safetensors`);
}

/**
 * Makes the folder for cached loss networks.
 * @throws if it cannot be written, naming IMPASTO_CACHE as the way out
 */
export async function prepareCache(cacheDirectory: string): Promise<void> {
  const directory = join(cacheDirectory, 'loss-networks');
  await mkdir(directory, { recursive: true }).catch((cause: unknown) => {
    throw cacheError(directory, cause);
  });
}

/**
 * Writes weights into the cache in impasto's own form, whole or not at all.
 * @throws if the cache folder cannot be written
 */
export async function storeWeights(weights: LossNetworkWeights, cacheDirectory: string): Promise<StoredWeights> {
  await prepareCache(cacheDirectory);
  const path = cachedWeightsPath(weights.architecture, cacheDirectory);
  const bytes = encodeWeights(weights);
  await writeWholeFile(path, Buffer.from(bytes.buffer)).catch((cause: unknown) => {
    throw cacheError(path, cause);
  });
  return {
    path,
    architecture: weights.architecture,
    deepestLayer: deepestLayer(weights),
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}
