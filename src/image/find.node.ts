import { realpath, stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { glob } from 'tinyglobby';

const EXTENSIONS: readonly string[] = ['jpg', 'jpeg', 'png', 'webp', 'avif', 'tif', 'tiff', 'gif'];

/** Whether a path has an extension of the pictures that decodePicture reads; the file itself is not looked at. */
export function isPictureFile(path: string): boolean {
  return EXTENSIONS.includes(extname(path).slice(1).toLowerCase());
}

/**
 * All picture files (by extension) in a folder and the folders in it, symbolic links followed, hidden names skipped.
 * @returns absolute paths, in an order that depends on the names alone: not on the disk, the system or the language
 * @throws if the folder is missing, is not a folder, or holds no pictures
 */
export async function findPictures(folder: string): Promise<string[]> {
  await requireFolder(folder);
  const root = resolve(folder);
  const found = await glob(`**/*.{${EXTENSIONS.join(',')}}`, {
    cwd: root,
    caseSensitiveMatch: false,
    expandDirectories: false,
  });
  // sort() without a comparator goes by code units, so the seed's draws mean the same photographs everywhere.
  const relative = await withoutFoldersSeenTwice(root, found.sort());
  if (relative.length === 0) {
    throw new Error(`Expected pictures (${EXTENSIONS.join(', ')}) in ${folder} or its subfolders but found none`);
  }
  return relative.map((path) => resolve(root, path));
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'it does not exist' : error.message;
    throw new Error(`Expected a folder of pictures at ${folder} but ${reason}`);
  });
  if (!found.isDirectory()) {
    throw new Error(`Expected a folder of pictures at ${folder} but it is a file`);
  }
}

/** Keeps each real folder's pictures once: a link to a folder above or beside it would list them again. */
async function withoutFoldersSeenTwice(root: string, paths: readonly string[]): Promise<string[]> {
  const folders = [...new Set(paths.map(dirname))];
  // The shortest name of a folder is the one without a detour through links.
  folders.sort((a, b) => depth(a) - depth(b));
  const nameOfRealFolder = new Map<string, string>();
  for (const folder of folders) {
    const real = await realpath(resolve(root, folder));
    if (!nameOfRealFolder.has(real)) nameOfRealFolder.set(real, folder);
  }
  const kept = new Set(nameOfRealFolder.values());
  return paths.filter((path) => kept.has(dirname(path)));
}

function depth(folder: string): number {
  return folder === '.' ? 0 : folder.split('/').length;
}
