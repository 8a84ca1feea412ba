import { createHash, randomBytes } from 'node:crypto';
import { open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isAtWork, ownName } from './writer.node.ts';

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

/** A new name in the folder of a file, for what it is made from: a file or a folder. It names this process. */
export function unfinishedPath(path: string): string {
  const ending = `.${ownName}.${randomBytes(4).toString('hex')}${unfinishedSuffix}`;
  return join(dirname(path), `${unfinishedStem(basename(path))}${ending}`);
}

/** What file systems allow a name to have in bytes, less what is put behind a file's name for its unfinished one. */
const longestStem = 255 - 48;

/** What the names of a file's unfinished ones begin with: its own, or what stands for it if it is a long one. */
function unfinishedStem(name: string): string {
  return Buffer.byteLength(name) <= longestStem ? name : createHash('sha256').update(name).digest('hex').slice(0, 32);
}

/** What stands behind a file's name in that of its unfinished one: the process that writes it, and a random number. */
const unfinishedEnding = new RegExp(`\\.([0-9a-f]{8}-\\d+)\\.[0-9a-f]{8}\\${unfinishedSuffix}$`);

/**
 * Removes what processes that were killed while they wrote files have left of them; what other processes are writing stays.
 * @param paths the files
 */
export async function removeUnfinished(paths: readonly string[]): Promise<void> {
  const stems = new Set(paths.map((path) => join(dirname(resolve(path)), unfinishedStem(basename(path)))));
  for (const folder of new Set([...stems].map((stem) => dirname(stem)))) {
    for (const name of await readdir(folder).catch((): string[] => [])) {
      const [ending = '', writer = ''] = unfinishedEnding.exec(name) ?? [];
      const path = join(folder, name);
      if (ending === '' || !stems.has(path.slice(0, -ending.length))) continue;
      const found = await stat(path).catch(() => undefined);
      if (found && !isAtWork(writer, found.mtime)) await rm(path, { recursive: true, force: true });
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
