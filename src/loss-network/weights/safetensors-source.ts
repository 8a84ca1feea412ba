import { halfToFloat } from '../../graph-builder/ir/half-float.ts';
import type { Tensor } from '../../graph-builder/ir/tensor.ts';
import {
  parseSafetensorsHeader,
  requireFileSize,
  type SafetensorsEntry,
  tensorFromBytes,
} from '../../graph-builder/safetensors/safetensors.ts';
import type { SourceTensor, WeightSource } from './weight-source.ts';

/**
 * A safetensors file whose bytes are all there.
 * @param file its name, for messages
 * @throws if it is not a safetensors file or has another size than its header says
 */
export function safetensorsSource(bytes: Uint8Array, file: string): WeightSource {
  const { entries, metadata, fileSize } = parseSafetensorsHeader(bytes, file);
  requireFileSize(fileSize, bytes.length, file);
  const readRange = async (start: number, end: number) => bytes.subarray(start, end);
  return { file, metadata, tensors: sourceTensors(entries, file, readRange) };
}

/**
 * The tensors of a safetensors header over whatever holds the file's bytes.
 * @param readRange gives the file's bytes from `start` up to, not including, `end`
 */
export function sourceTensors(
  entries: ReadonlyMap<string, SafetensorsEntry>,
  file: string,
  readRange: (start: number, end: number) => Promise<Uint8Array>,
): ReadonlyMap<string, SourceTensor> {
  const tensors = new Map<string, SourceTensor>();
  for (const [name, entry] of entries) {
    const read = async () => toFloat(tensorFromBytes(entry, await readRange(entry.start, entry.end)), name, file);
    tensors.set(name, { shape: entry.shape, read });
  }
  return tensors;
}

function toFloat({ type, data }: Tensor, name: string, file: string): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint16Array) return halfToFloat(data);
  throw new Error(`${file}: expected F32 or F16 values in the tensor ${name} but received ${type}`);
}
