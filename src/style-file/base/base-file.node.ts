import { readFile } from 'node:fs/promises';
import { systemErrorCode } from '../../files/system-error.node.ts';
import { type DescribedBase, readBase } from './base-file.ts';

/**
 * Reads the file of a base.
 * @throws one sentence if there is no such file, or it is not a whole base
 */
export async function readBaseFile(path: string): Promise<DescribedBase> {
  const bytes = await readFile(path).catch((error: unknown) => {
    const reason = systemErrorCode(error) === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    throw new Error(`Expected a base of impasto at ${path} but ${reason}`, { cause: error });
  });
  return readBase(bytes, path);
}
