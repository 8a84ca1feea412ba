import { readFile } from 'node:fs/promises';
import { createSession, type DeviceSession, type SessionOptions } from './session.node.ts';
import { createStylizer, type Stylizer } from './stylizer.ts';

/** A stylizer together with the device that it runs on. */
export interface LoadedStylizer {
  readonly stylizer: Stylizer;
  readonly device: DeviceSession['device'];
}

/**
 * Loads a style network from an .onnx file: one of impasto's, or any other with the same input and output.
 * @throws one sentence with the path: there is no such file, it is not an ONNX model, it is not a style network; or the
 * device is not to be had
 */
export async function loadStylizer(path: string, options: SessionOptions): Promise<LoadedStylizer> {
  const model = await readModel(path);
  const { session, device } = await createSession(model, options).catch((error: Error) => {
    throw new Error(`${path}: ${error.message}`, { cause: error });
  });
  try {
    return { stylizer: createStylizer(session, path), device };
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function readModel(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`Expected a model file (.onnx) at ${path} but ${unreadableReason(error)}`, { cause: error });
  });
}

function unreadableReason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
      return 'it may not be read (no permission)';
    default:
      return error.message;
  }
}
