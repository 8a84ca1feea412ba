import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What the names of unfinished files end in: those that a killed process left behind can be told by it. */
export const unfinishedSuffix = '.unfinished';

/**
 * Writes a file that appears whole or not at all: under another name in the same folder, flushed to the disk, renamed.
 * (write-file-atomic 7 takes a write that a full disk has cut short for a complete one, and renames what is there.)
 * @throws the system's error, such as ENOSPC; the file is then as it was before, and nothing is left behind
 */
export async function writeWholeFile(path: string, data: Uint8Array | string): Promise<void> {
  // A symbolic link stays one: the file that it leads to is written.
  const target = await realpath(path).catch(() => path);
  await replaceFile(await writeUnfinished(target, data), target);
}

/**
 * The first half of writeWholeFile: writes and flushes the data beside the path.
 * @returns the unfinished file's path, to be given to replaceFile
 */
export async function writeUnfinished(path: string, data: Uint8Array | string): Promise<string> {
  const unfinished = `${path}.${randomUUID()}${unfinishedSuffix}`;
  try {
    const file = await open(unfinished, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return unfinished;
}

/** The second half of writeWholeFile: puts an unfinished file, or any other, in a path's place. */
export async function replaceFile(from: string, path: string): Promise<void> {
  await rename(from, path);
  await flushFolder(dirname(path));
}

/** Makes renames in a folder last through a power failure, where the system lets a folder be opened for that. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
