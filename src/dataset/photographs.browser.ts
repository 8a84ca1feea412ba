import { cropPicture } from '../image/crop.ts';
import { pictureOf } from '../image/picture.browser.ts';
import { chooseCrop } from './crop-choice.ts';
import { type CropOutcome, type CropSource, tooSmall } from './crop-source.ts';
import type { Sample } from './sampler.ts';

/** A photograph's file. */
export interface PhotographFile {
  readonly name: string;
  readonly content: Blob;
}

/** Photographs that are there as files, decoded by the browser each time that a crop is wanted. */
export function photographsOf(files: readonly PhotographFile[]): CropSource {
  return {
    count: files.length,
    crop: async (sample, size) => {
      const file = files[sample.index];
      if (!file)
        throw new Error(`Expected a photograph from 0 to ${files.length - 1} but was asked for ${sample.index}`);
      return cropOf(file, sample, size);
    },
  };
}

async function cropOf({ name, content }: PhotographFile, { draws }: Sample, size: number): Promise<CropOutcome> {
  const bitmap = await createImageBitmap(content, { imageOrientation: 'from-image' }).catch(() => undefined);
  if (!bitmap) {
    const reason = `Expected a photograph in ${name} but the browser cannot decode it`;
    return { kind: 'skipped', photograph: { path: name, kind: 'unreadable', reason } };
  }
  try {
    const crop = chooseCrop(bitmap, size, draws);
    if (crop) return { kind: 'crop', picture: cropPicture(await pictureOf(bitmap, crop.resized), crop.window) };
    return { kind: 'skipped', photograph: tooSmall(name, bitmap, size) };
  } finally {
    bitmap.close();
  }
}
