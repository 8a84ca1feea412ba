import { realpath, stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { type GlobOptions, glob, isDynamicPattern } from 'tinyglobby';
import { isFolder } from './make-folder.node.ts';

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
  const names = await findNames(root, `**/*.{${EXTENSIONS.join(',')}}`, { caseSensitiveMatch: false });
  if (names.length === 0) {
    throw new Error(`Expected pictures (${EXTENSIONS.join(', ')}) in ${folder} or its subfolders but found none`);
  }
  return names.map((name) => resolve(root, name));
}

/** Pictures below a folder. */
export interface FoundPictures {
  readonly folder: string;
  /** Their paths from the folder on, in an order that depends on the names alone. */
  readonly names: readonly string[];
}

/** Whether a path is a pattern, such as `photos/*.jpg`. */
export function isPattern(path: string): boolean {
  return isDynamicPattern(path);
}

/**
 * All picture files (by extension) that a pattern matches: `*` any name, `**` any folders, `?`, `[a-z]`, `{jpg,png}`.
 * Symbolic links are followed, hidden names skipped.
 * @returns the pictures below the folder that the pattern begins with
 * @throws if there are none
 */
export async function findMatchingPictures(pattern: string): Promise<FoundPictures> {
  const { folder, rest } = await splitPattern(pattern);
  const names = (await findNames(folder, rest)).filter(isPictureFile);
  if (names.length > 0) return { folder, names };
  throw new Error(`Expected pictures (${EXTENSIONS.join(', ')}) that match ${pattern} but found none`);
}

/** Parts a pattern after the folders at its beginning that are there under just these names, brackets included. */
async function splitPattern(pattern: string): Promise<{ readonly folder: string; readonly rest: string }> {
  const segments = pattern.split('/');
  let fixed = 0;
  while (fixed < segments.length - 1 && (await isFolder(folderOf(segments, fixed + 1)))) fixed++;
  return { folder: folderOf(segments, fixed), rest: segments.slice(fixed).join('/') };
}

function folderOf(segments: readonly string[], count: number): string {
  if (count === 0) return '.';
  return segments.slice(0, count).join('/') || '/';
}

async function findNames(root: string, pattern: string, options: GlobOptions = {}): Promise<string[]> {
  const found = await glob(pattern, { ...options, cwd: root, expandDirectories: false });
  // sort() without a comparator goes by code units, so the seed's draws mean the same photographs everywhere.
  return withoutFoldersSeenTwice(root, found.sort());
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
