import { createPhotographLoader } from '../dataset/loader.node.ts';
import type { DataCursor } from '../dataset/sampler.ts';
import { findPictures } from '../image/find.node.ts';
import { disturb } from './disturb.ts';

export interface PictureLoaderOptions {
  readonly folders: readonly string[];
  /** Side of the square crops, in pixels. */
  readonly size: number;
  /** Crops in a batch, a multiple of the number of folders. */
  readonly batch: number;
  readonly seed: number;
  readonly onWarning: (sentence: string) => void;
}

/** An endless sequence of batches of crops, as many from each folder, half of them disturbed. */
export interface PictureLoader {
  /** Pictures in all folders. */
  readonly pictures: number;
  /** The next batch [batch, 3, size, size], 0..255, and the cursor of the first folder after it. */
  next(): Promise<{ readonly data: Float32Array; readonly cursor: DataCursor }>;
  close(): Promise<void>;
}

/** @throws if a folder is missing or has no pictures */
export async function createPictureLoader(options: PictureLoaderOptions): Promise<PictureLoader> {
  const { folders, size, batch, seed, onWarning } = options;
  const files = await Promise.all(folders.map(findPictures));
  const loaders = folders.map((folder, index) =>
    createPhotographLoader({
      ...{ files: files[index] ?? [], folder, size, seed, onWarning },
      batch: batch / folders.length,
    }),
  );
  return {
    pictures: files.flat().length,
    next: async () => {
      const batches = await Promise.all(loaders.map((loader) => loader.next()));
      const [cursor] = batches.map((each) => each.cursor);
      if (!cursor) throw new Error('Expected a folder of pictures but received none');
      const all = new Float32Array(batches.reduce((length, { data }) => length + data.length, 0));
      batches.reduce((offset, { data }) => {
        all.set(data, offset);
        return offset + data.length;
      }, 0);
      return { data: disturb(all, size, seed, cursor), cursor };
    },
    close: async () => void (await Promise.all(loaders.map((loader) => loader.close()))),
  };
}
