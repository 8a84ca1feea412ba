import { open, stat } from 'node:fs/promises';
import { systemErrorCode } from '../../files/system-error.node.ts';

/**
 * The size in bytes of a file.
 * @throws if there is no such file, or it cannot be read or is not a file
 */
export async function fileSize(path: string): Promise<number> {
  const status = await stat(path).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  if (!status.isFile()) throw new Error(`Expected ${path} to be a file`);
  return status.size;
}

/**
 * The bytes of a file from `start` up to, not including, `end`.
 * @throws if the file cannot be read or ends before that
 */
export async function readFileRange(path: string, start: number, end: number): Promise<Uint8Array> {
  const handle = await open(path).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  try {
    const bytes = new Uint8Array(end - start);
    let received = 0;
    while (received < bytes.length) {
      const { bytesRead } = await handle.read(bytes, received, bytes.length - received, start + received);
      if (bytesRead === 0)
        throw new Error(`${path} is truncated: expected ${end} bytes but received ${start + received}`);
      received += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/** One sentence for why the file system refused a path. */
export function fileError(path: string, cause: unknown): Error {
  const code = systemErrorCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new Error(`There is no file ${path}`, { cause });
  if (code === 'EACCES' || code === 'EPERM') return new Error(`No permission to open ${path}`, { cause });
  return new Error(`Could not open ${path}${code === undefined ? '' : ` (${code})`}`, { cause });
}
