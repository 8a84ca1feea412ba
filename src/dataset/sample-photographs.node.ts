import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPictures } from '../image/find.node.ts';

/** The folder of the photographs that come with impasto. */
export const samplePhotographsFolder = fileURLToPath(new URL('../../artifacts/photographs', import.meta.url));

/**
 * What commands show their work on: a building, a person, an animal and a dusk. All are in the public domain or CC0, so
 * that what is painted from them can go into pages and models without their authors' licences.
 */
const shownNames = [
  'roman-arches',
  'astronaut-in-a-space-suit',
  'tiger-in-the-snow',
  'city-by-the-water-at-dusk',
] as const;

/** The file of one of impasto's own photographs. */
export function samplePhotograph(name: (typeof shownNames)[number]): string {
  return join(samplePhotographsFolder, `${name}.jpg`);
}

/**
 * The files of pictures and folders of pictures, or, where none are given, four of impasto's own photographs.
 * @throws if a folder holds no pictures
 */
export async function choosePhotographs(given: readonly string[] | undefined): Promise<readonly string[]> {
  return given === undefined ? shownNames.map(samplePhotograph) : (await Promise.all(given.map(picturesAt))).flat();
}

async function picturesAt(path: string): Promise<readonly string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? findPictures(path) : [path];
}
