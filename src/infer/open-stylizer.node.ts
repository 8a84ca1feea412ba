import { readFile } from 'node:fs/promises';
import type { SessionMemory } from './device.ts';
import { createSession, type DeviceSession, type SessionOptions } from './session.node.ts';
import { type Stylizer, stylizerOf } from './stylizer.ts';
import type { TilingForms } from './tiles/tiling.ts';

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
  return openStylizer(await readModel(path), path, options);
}

/**
 * As loadStylizer, from the bytes of the file.
 * @param name what to call the model in errors, such as its path
 * @param formsOf makes the model's forms for painting in tiles, if it has them
 */
export async function openStylizer(
  model: Uint8Array,
  name: string,
  options: SessionOptions,
  formsOf: (model: Uint8Array) => TilingForms | undefined = () => undefined,
): Promise<LoadedStylizer> {
  const { session, device } = await createSession(model, options).catch((error: Error) => {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  });
  const openSession = async (form: Uint8Array, memory: SessionMemory) =>
    (await createSession(form, { ...options, device, memory })).session;
  const findTiling = () => {
    const forms = formsOf(model);
    return forms && { ...forms, openSession };
  };
  try {
    return { stylizer: stylizerOf(session, name, findTiling), device };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/**
 * The bytes of a model file.
 * @throws one sentence with the path if it cannot be read
 */
export async function readModel(path: string): Promise<Uint8Array> {
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
