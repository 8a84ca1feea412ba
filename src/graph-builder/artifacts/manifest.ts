import { formatDimension } from '../ir/dimension.ts';
import type { Graph, Value } from '../ir/value.ts';

interface TensorEntry {
  readonly name: string;
  readonly type: string;
  /** Numbers, and names of sizes known only when the model runs. */
  readonly shape: readonly (number | string)[];
}

/** One file of manifest.json. */
export interface ManifestEntry {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly inputs: readonly TensorEntry[];
  readonly outputs: readonly TensorEntry[];
}

/** What manifest.json says about a graph's file: tensor names, types and shapes, size and hash. */
export function manifestEntry(file: string, graph: Graph, bytes: number, sha256: string): ManifestEntry {
  return {
    file,
    sha256,
    bytes,
    inputs: graph.inputs.map((value) => tensorEntry(value.name, value)),
    outputs: graph.outputs.map(({ name, value }) => tensorEntry(name, value)),
  };
}

function tensorEntry(name: string, { type, shape }: Value): TensorEntry {
  return { name, type, shape: shape.map((size) => (typeof size === 'number' ? size : formatDimension(size))) };
}
