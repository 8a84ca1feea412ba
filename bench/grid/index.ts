import { relative } from 'node:path';
import { luminancePlane, median } from '../../src/evaluate/measures/planes.ts';
import { decodePicture } from '../../src/image/decode.node.ts';
import { findPictures } from '../../src/image/find.node.ts';
import type { Picture } from '../../src/image/picture.ts';

const [period, windowSide] = [4, 64];

/**
 * How far stylized pictures repeat themselves every four pixels, as the grid term of the recipe `motifs` measures it: in each
 * window of 64 pixels the standard deviation, in levels of 255, within the mean of all blocks of 4×4 pixels; of a picture the
 * median over its windows.
 */
export async function benchGrid({ pictures }: { readonly pictures: string }): Promise<object> {
  const results: { picture: string; levels: number }[] = [];
  for (const path of await findPictures(pictures)) {
    results.push({ picture: relative(pictures, path), levels: median(gridOfWindows(await decodePicture(path))) });
  }
  return { bench: 'grid', results };
}

function gridOfWindows(picture: Picture): readonly number[] {
  const { width, height, data } = luminancePlane(picture);
  const levels: number[] = [];
  for (let top = 0; top + windowSide <= height; top += windowSide) {
    for (let left = 0; left + windowSide <= width; left += windowSide) {
      const block = new Float64Array(period ** 2);
      for (let y = 0; y < windowSide; y++) {
        for (let x = 0; x < windowSide; x++) {
          const place = (y % period) * period + (x % period);
          block[place] = (block[place] ?? 0) + (data[(top + y) * width + left + x] ?? 0) / (windowSide / period) ** 2;
        }
      }
      const mean = block.reduce((sum, value) => sum + value, 0) / block.length;
      levels.push(Math.sqrt(block.reduce((sum, value) => sum + (value - mean) ** 2, 0) / block.length));
    }
  }
  return levels;
}
