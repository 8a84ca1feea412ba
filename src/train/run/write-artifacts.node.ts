import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { makeFolder } from '../../files/make-folder.node.ts';
import { writeWholeFile } from '../../files/write-file.node.ts';
import type { TransformNetworkOptions } from '../../graph-builder/networks/transform-network.ts';
import type { VggArchitecture } from '../../graph-builder/networks/vgg-architecture.ts';
import type { RecipeName } from '../../graph-builder/objective/recipes.ts';
import type { Signature } from '../../graph-builder/onnx/custom-operators.ts';
import { type ManifestEntry, manifestEntry } from '../../graph-builder/programs/manifest.ts';
import type { Region } from '../../image/picture.ts';

/** One file that `build-graphs` writes. */
export interface Artifact {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** What it takes and gives; a checkpoint takes nothing and gives the tensors that it holds. */
  readonly signature: Signature;
}

/** How the files were made. No path is among it: the same files read from elsewhere make the same manifest. */
export interface ManifestOptions {
  readonly layout: 'impasto' | 'ort-training';
  readonly network: TransformNetworkOptions;
  readonly batch: number;
  readonly size: number;
  readonly recipe: RecipeName;
  readonly pyramidLevels: number;
  readonly lossNetwork: VggArchitecture;
  readonly seed: number;
  /** The painting that the checkpoint holds: its file's hash, the short side that it was reduced to, and the part if not all. */
  readonly style?: { readonly sha256: string; readonly size: number; readonly crop?: Region | undefined };
}

/** The content of manifest.json: how the files were made, and each file's tensors, size and hash. */
export interface Manifest {
  readonly options: ManifestOptions;
  readonly files: readonly ManifestEntry[];
}

/**
 * Writes files and their manifest.json into a folder.
 * @throws if the folder cannot be written
 */
export async function writeArtifacts(
  out: string,
  artifacts: readonly Artifact[],
  options: ManifestOptions,
): Promise<Manifest> {
  await makeFolder(out);
  for (const { file, bytes } of artifacts) await writeWholeFile(join(out, file), bytes);
  const files = artifacts.map(({ file, bytes, signature }) =>
    manifestEntry(file, signature, bytes.length, sha256Of(bytes)),
  );
  const manifest = { options, files };
  await writeWholeFile(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** The SHA-256 of some bytes, in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
