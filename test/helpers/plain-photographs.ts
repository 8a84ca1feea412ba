import { join } from 'node:path';
import type { PhotographBatch } from '../../src/dataset/loader.node.ts';
import { plainPicture, toSharp } from './pictures.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Photographs that can be told apart in a crop: the n-th is plain with red = n. They lie in a folder of their own. */
export async function plainPhotographs(count: number, width = 40, height = 36): Promise<string[]> {
  const folder = await temporaryFolder();
  return Promise.all(
    Array.from({ length: count }, async (_, red) => {
      const path = join(folder, `${String(red).padStart(3, '0')}.png`);
      await toSharp(plainPicture(width, height, [red, 100, 200]))
        .png()
        .toFile(path);
      return path;
    }),
  );
}

/** Which of the plain photographs each crop of a batch shows. */
export function shown({ data }: PhotographBatch, size: number): number[] {
  const crops = data.length / (3 * size * size);
  return Array.from({ length: crops }, (_, crop) => data[crop * 3 * size * size] ?? Number.NaN);
}
