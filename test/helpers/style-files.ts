import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Graph } from '../../src/graph-builder/ir/value.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { writeStyleMetadata } from '../../src/style-file/style-metadata.ts';
import { smallConfiguration } from './small-run.ts';

/** A style as a folder of styles holds it. */
export interface StyleFileContent {
  readonly graph: Graph;
  readonly author?: string;
  readonly styleName?: string;
  /** A data URL. */
  readonly thumbnail?: string;
}

/** Writes a folder of styles, each under its name, with metadata as `impasto train` writes them; returns its path. */
export async function writeStyles(folder: string, styles: Readonly<Record<string, StyleFileContent>>): Promise<string> {
  const training = { step: 3, painting: 'a', lossNetwork: 'b', photographs: { count: 1, digest: 'c' } };
  await mkdir(folder, { recursive: true });
  for (const [name, { graph, thumbnail, ...about }] of Object.entries(styles)) {
    const recipe = { ...smallConfiguration, ...about };
    const metadata = writeStyleMetadata({ recipe, training, thumbnail, version: '1.2.3' });
    await writeFile(join(folder, `${name}.onnx`), writeOnnx(graph, metadata));
  }
  return folder;
}
