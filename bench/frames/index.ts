import { relative } from 'node:path';
import { decodeWithin } from '../../src/image/decode.node.ts';
import { findPictures } from '../../src/image/find.node.ts';
import { findFrame } from '../../src/image/find-frame.ts';

/** Frames are looked for on a copy of this long side, in pixels. */
const longSide = 600;

/**
 * What is found around the paintings of a folder: of each that has a frame or a border, how many pixels of a copy of 600
 * pixels lie between each side and the painting. Whether it is right is for eyes to say.
 */
export async function benchFrames({ pictures }: { readonly pictures: string }): Promise<object> {
  const files = await findPictures(pictures);
  const framed: object[] = [];
  for (const file of files) {
    const picture = await decodeWithin(file, { longSide });
    const insets = findFrame(picture);
    if (Object.values(insets).some((inset) => inset > 0))
      framed.push({ painting: relative(pictures, file), ...insets });
  }
  return { bench: 'frames', paintings: files.length, framed };
}
