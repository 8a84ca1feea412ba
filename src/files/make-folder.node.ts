import { mkdir, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * Makes a folder and those that it lies in, where they are missing. Node's own recursive mkdir never returns where a file
 * system refuses new folders with "no such file" (/proc does).
 * @throws one sentence if it cannot be made
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeWithParents(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Expected a folder to write to at ${path} but it cannot be made (${reason})`, { cause: error });
  }
}

async function makeWithParents(path: string): Promise<void> {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeWithParents(dirname(path));
  await mkdir(path).catch(async (error: Error) => {
    // Another process may have made it meanwhile.
    if (!(await isFolder(path))) throw error;
  });
}

/**
 * Checks, before any work is done for it, that a folder can be written to, or made in the nearest one that there is.
 * Nothing is left there.
 * @throws one sentence naming the file or the folder in the way
 */
export async function requireWritableFolder(path: string): Promise<void> {
  const existing = await nearestExisting(resolve(path));
  if (!(await isFolder(existing))) {
    throw new Error(`Expected to write into the folder ${path} but ${existing} is a file`);
  }
  try {
    // It is tried: permissions say nothing of file systems that take no new files.
    await rmdir(await mkdtemp(join(existing, '.impasto-')));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Expected to write into the folder ${path} but ${existing} cannot be written to (${reason})`, {
      cause: error,
    });
  }
}

async function nearestExisting(path: string): Promise<string> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  return exists || path === dirname(path) ? path : nearestExisting(dirname(path));
}

/** Whether there is a folder at a path; a link to one counts. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
