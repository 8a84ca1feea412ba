import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPictures } from '../image/find.node.ts';

/** The folder of the photographs that come with impasto. */
export const samplePhotographsFolder = fileURLToPath(new URL('../../artifacts/photographs', import.meta.url));

/** Pictures or folders of them that a command shows its work on. */
export const photographsOption = { type: 'string', array: true, requiresArg: true } as const;

/**
 * The files of pictures and folders of pictures, or, where none are given, some of impasto's own photographs: those at
 * even distances in the order of their names.
 * @throws if a folder is missing or holds no pictures
 */
export async function choosePhotographs(
  given: readonly string[] | undefined,
  count: number,
): Promise<readonly string[]> {
  if (given !== undefined) return (await Promise.all(given.map(picturesAt))).flat();
  const all = await findPictures(relative('', samplePhotographsFolder));
  const chosen = Math.min(count, all.length);
  return Array.from({ length: chosen }, (_, index) => all[Math.floor(((index + 0.5) * all.length) / chosen)] ?? '');
}

async function picturesAt(path: string): Promise<readonly string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? findPictures(path) : [path];
}
