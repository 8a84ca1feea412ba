import { formatDimension } from '../ir/dimension.ts';
import type { Declaration, Signature } from '../onnx/custom-operators.ts';

interface TensorEntry {
  readonly name: string;
  readonly type: string;
  /** Numbers, and names of sizes known only when the model runs; null for a sequence of tensors. */
  readonly shape: readonly (number | string)[] | null;
}

/** One file of manifest.json. */
export interface ManifestEntry {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly inputs: readonly TensorEntry[];
  readonly outputs: readonly TensorEntry[];
}

/** What manifest.json says about a file: tensor names, types and shapes, size and hash. */
export function manifestEntry(
  file: string,
  { inputs, outputs }: Signature,
  bytes: number,
  sha256: string,
): ManifestEntry {
  return { file, sha256, bytes, inputs: inputs.map(tensorEntry), outputs: outputs.map(tensorEntry) };
}

function tensorEntry({ name, type, shape }: Declaration): TensorEntry {
  if (shape === null) return { name, type: `sequence(${type})`, shape };
  return { name, type, shape: shape.map((size) => (typeof size === 'number' ? size : formatDimension(size))) };
}
