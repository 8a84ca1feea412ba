import { halfToFloat } from '../../graph-builder/ir/half-float.ts';
import type { Tensor } from '../../graph-builder/ir/tensor.ts';
import {
  headerLengthBytes,
  parseSafetensorsHeader,
  requireFileSize,
  type SafetensorsEntry,
  safetensorsHeaderEnd,
  tensorFromBytes,
} from '../safetensors.ts';
import { fileSize, readFileRange } from './file-bytes.node.ts';
import type { SourceTensor, WeightSource } from './weight-source.ts';

/**
 * Opens a safetensors file: reads its header, and each tensor only when it is asked for.
 * @throws if the file is missing, is not a safetensors file or has another size than its header says
 */
export async function openSafetensors(path: string): Promise<WeightSource> {
  const size = await fileSize(path);
  const headerEnd = safetensorsHeaderEnd(await readFileRange(path, 0, Math.min(size, headerLengthBytes)), path);
  const header = parseSafetensorsHeader(await readFileRange(path, 0, Math.min(size, headerEnd)), path);
  requireFileSize(header.fileSize, size, path);
  const readRange = (start: number, end: number) => readFileRange(path, start, end);
  return { file: path, metadata: header.metadata, tensors: sourceTensors(header.entries, path, readRange) };
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
