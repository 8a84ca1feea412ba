import { opendir, realpath, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { type GlobOptions, glob, isDynamicPattern } from 'tinyglobby';
import { isFolder } from '../files/make-folder.node.ts';

const EXTENSIONS: readonly string[] = ['jpg', 'jpeg', 'png', 'webp', 'avif', 'tif', 'tiff', 'gif'];

/** Whether a path has an extension of the pictures that decodePicture reads; the file itself is not looked at. */
export function isPictureFile(path: string): boolean {
  return EXTENSIONS.includes(extname(path).slice(1).toLowerCase());
}

/**
 * All picture files (by extension) in a folder and the folders in it, symbolic links followed, hidden names skipped.
 * @returns absolute paths, in an order that depends on the names alone: not on the disk, the system or the language
 * @throws if the folder is missing, is not a folder, may not be read, or holds no pictures
 */
export async function findPictures(folder: string): Promise<string[]> {
  const { names } = await findPicturesBelow(folder);
  if (names.length === 0) throw nothingFound(`in ${folder} or its subfolders`);
  return names.map((name) => resolve(folder, name));
}

/** Pictures below a folder. */
export interface FoundPictures {
  readonly folder: string;
  /** Their paths from the folder on, in an order that depends on the names alone. */
  readonly names: readonly string[];
  /** Paths from the folder on of folders that may not be read: whether they hold pictures is not known. */
  readonly unreadable: readonly string[];
}

/**
 * As findPictures, with the folders that could not be looked into.
 * @throws as findPictures, but for pictures that are missing where a folder could not be looked into
 */
export async function findPicturesBelow(folder: string): Promise<FoundPictures> {
  await requireFolder(folder);
  const names = await findNames(folder, `**/*.{${EXTENSIONS.join(',')}}`, { caseSensitiveMatch: false });
  const unreadable = await findUnreadable(folder, ['**']);
  if (names.length + unreadable.length === 0) throw nothingFound(`in ${folder} or its subfolders`);
  return { folder, names, unreadable };
}

/** Whether a path is a pattern, such as `photos/*.jpg`. */
export function isPattern(path: string): boolean {
  return isDynamicPattern(path);
}

/**
 * All picture files (by extension) that a pattern matches: `*` any name, `**` any folders, `?`, `[a-z]`, `{jpg,png}`.
 * Symbolic links are followed, hidden names skipped.
 * @returns the pictures below the folder that the pattern begins with
 * @throws if there are none, and no folder that could not be looked into
 */
export async function findMatchingPictures(pattern: string): Promise<FoundPictures> {
  const { folder, rest } = await splitPattern(pattern);
  const names = (await findNames(folder, rest)).filter(isPictureFile);
  const unreadable = await findUnreadable(folder, foldersOf(rest));
  if (names.length + unreadable.length === 0) throw nothingFound(`that match ${pattern}`);
  return { folder, names, unreadable };
}

function nothingFound(where: string): Error {
  return new Error(`Expected pictures (${EXTENSIONS.join(', ')}) ${where} but found none`);
}

// Of a*/b/*.jpg they are a* and a*/b.
/** The patterns of the folders that are looked into for a pattern. */
function foldersOf(pattern: string): readonly string[] {
  // A choice among paths is not taken apart.
  if (/\{[^}]*\//.test(pattern)) return ['**'];
  const segments = pattern.split('/').slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}

/** The folders that patterns match below a folder, itself included, and that may not be read. */
async function findUnreadable(root: string, patterns: readonly string[]): Promise<string[]> {
  const found = await glob([...patterns], { cwd: root, expandDirectories: false, onlyDirectories: true });
  const folders = [...new Set(['.', ...found.map((folder) => join(folder, '.'))])].sort();
  const unreadable: string[] = [];
  // One after the other: of many that are open at a time the system refuses some, and they would pass for unreadable.
  for (const folder of folders) if (!(await isReadable(join(root, folder)))) unreadable.push(folder);
  return unreadable;
}

async function isReadable(folder: string): Promise<boolean> {
  const opened = await opendir(folder).catch(() => undefined);
  await opened?.close();
  return opened !== undefined;
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
  if (!(await isReadable(folder))) {
    throw new Error(`Expected a folder of pictures at ${folder} but it may not be read (no permission)`);
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
