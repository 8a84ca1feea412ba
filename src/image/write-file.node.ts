import { randomUUID } from 'node:crypto';
import { open, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** What the names of unfinished files end in: those that a killed process left behind can be told by it. */
export const unfinishedSuffix = '.unfinished';

/**
 * Writes a file that appears whole or not at all: under another name in the same folder, flushed to the disk, renamed.
 * (The npm package write-file-atomic 7 takes a write that a full disk has cut short for a complete one, and renames what is there.)
 * @param beforeReplacing called when the new file is complete and about to take the place of the earlier one
 * @throws the system's error, such as ENOSPC; the file is then as it was before, and nothing is left behind
 */
export async function writeWholeFile(
  path: string,
  data: Uint8Array | string,
  beforeReplacing: () => Promise<void> = async () => {},
): Promise<void> {
  await replaceFile(path, (unfinished) => writeFile(unfinished, data, { flag: 'wx' }), beforeReplacing);
}

/**
 * Makes a file appear whole or not at all, whoever writes it; the new one is flushed to the disk before it is renamed.
 * @param write writes the new file at the path that it is given, which is in the same folder
 * @param beforeReplacing as of writeWholeFile
 * @throws what `write` throws, or the system's error; the file is then as it was before, and nothing is left behind
 */
export async function replaceFile(
  path: string,
  write: (unfinished: string) => Promise<void>,
  beforeReplacing: () => Promise<void> = async () => {},
): Promise<void> {
  // A symbolic link stays one: the file that it leads to is written.
  const target = await realpath(path).catch(() => path);
  const unfinished = unfinishedPath(target);
  try {
    await write(unfinished);
    await flush(unfinished);
    await beforeReplacing();
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await flushFolder(dirname(target));
}

/** A new name in the folder of a file, for what it is made from: a file or a folder. */
export function unfinishedPath(path: string): string {
  return `${path}.${randomUUID()}${unfinishedSuffix}`;
}

/** What stands between a file's name and the end of that of its unfinished one. */
const unfinishedEnding = new RegExp(`\\.[0-9a-f-]{36}\\${unfinishedSuffix}$`);

/**
 * Removes what processes that were killed while they wrote files have left of them; those of other files stay, since another
 * process may be writing them.
 * @param paths the files, which no process is writing
 */
export async function removeUnfinished(paths: readonly string[]): Promise<void> {
  const files = new Set(paths.map((path) => resolve(path)));
  for (const folder of new Set([...files].map((file) => dirname(file)))) {
    const names = await readdir(folder).catch((): string[] => []);
    for (const name of names.filter((found) => unfinishedEnding.test(found))) {
      if (files.has(join(folder, name.replace(unfinishedEnding, ''))))
        await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes renames in a folder last through a power failure, where the system lets a folder be opened for that. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
