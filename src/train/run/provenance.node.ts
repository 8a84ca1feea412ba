import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ListFingerprint } from '../../dataset/list-fingerprint.ts';
import { deepestLayer } from '../../graph-builder/networks/vgg.ts';
import { vggConvolutionsTo } from '../../graph-builder/networks/vgg-architecture.ts';
import type { Objective } from '../../graph-builder/objective/objective.ts';
import { recipeLayers } from '../../graph-builder/objective/recipes.ts';
import type { Provenance } from '../../style-file/style-metadata.ts';
import type { TrainingConfiguration } from '../../style-file/training-configuration.ts';
import { sha256Of } from './write-artifacts.node.ts';

/** What a run reads besides its photographs' pixels. */
export interface RunSources {
  readonly configuration: TrainingConfiguration;
  readonly objective: Objective;
  /** Of the content folder's photographs. */
  readonly fingerprint: ListFingerprint;
  /** Photographs that are kept out of the training. */
  readonly validation: number;
}

/**
 * A run's options and the hashes of what it reads. Where its files lie says nothing to whoever gets the model, and is
 * nobody's business: of paths only the last name is kept, but for what impasto itself ships.
 */
export async function provenanceOf({
  configuration,
  objective,
  fingerprint,
  validation,
}: RunSources): Promise<Provenance> {
  // The previews have no influence on what is learnt.
  const { previews: _, ...options } = configuration;
  const { style, content, lossNetwork, from } = options;
  return {
    recipe: {
      ...options,
      style: portableName(style),
      content: portableName(content),
      lossNetwork: portableName(lossNetwork),
      ...(from === undefined ? {} : { from: portableName(from) }),
      validation,
    },
    training: {
      painting: sha256Of(await readFile(style)),
      lossNetwork: lossNetworkDigest(objective),
      photographs: { ...fingerprint },
    },
  };
}

const packageFolder = fileURLToPath(new URL('../../..', import.meta.url));

/** A file's name without the folders that only its owner has. */
export function portableName(path: string): string {
  const artifacts = `artifacts${sep}`;
  const fromPackage = relative(packageFolder, path);
  return fromPackage.startsWith(artifacts) ? fromPackage.replaceAll(sep, '/') : basename(path);
}

/**
 * SHA-256, in hexadecimal, over a loss network's weights as far as the objective reads them: the same whichever kind of
 * file they came from.
 */
export function lossNetworkDigest({ lossNetwork, recipe }: Objective): string {
  const { architecture, mean, std, parameters } = lossNetwork;
  const hash = createHash('sha256').update(JSON.stringify({ architecture, mean, std }));
  for (const { name } of vggConvolutionsTo(architecture, deepestLayer(lossNetwork, recipeLayers(recipe)))) {
    for (const kind of ['reduction.weight', 'basis.weight', 'weight', 'bias']) {
      const parameter = `${name}.${kind}`;
      const data = parameters.get(parameter)?.tensor.data;
      if (data === undefined) continue;
      hash.update(`\0${parameter}\0`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }
  return hash.digest('hex');
}
