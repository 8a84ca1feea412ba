import { readFile } from 'node:fs/promises';
import { readInitializers } from '../../graph-builder/onnx/onnx-file.ts';
import { fileError } from './file-bytes.node.ts';
import type { SourceTensor, WeightSource } from './weight-source.ts';

/**
 * Opens an ONNX file for its float32 initializers.
 * @throws if the file is missing or not an ONNX model
 */
export async function openOnnx(path: string): Promise<WeightSource> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  const tensors = new Map<string, SourceTensor>();
  for (const [name, { shape, data }] of initializersOf(bytes, path)) {
    tensors.set(name, { shape, read: async () => data });
  }
  return { file: path, metadata: {}, tensors };
}

function initializersOf(bytes: Uint8Array, path: string): ReturnType<typeof readInitializers> {
  try {
    return readInitializers(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Could not read weights from ${path}: ${reason}`, { cause });
  }
}
