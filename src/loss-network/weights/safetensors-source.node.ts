import {
  headerLengthBytes,
  parseSafetensorsHeader,
  requireFileSize,
  safetensorsHeaderEnd,
} from '../../graph-builder/safetensors/safetensors.ts';
import { fileSize, readFileRange } from './file-bytes.node.ts';
import { sourceTensors } from './safetensors-source.ts';
import type { WeightSource } from './weight-source.ts';

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
