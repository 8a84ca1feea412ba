import { CHANNELS, type PictureSize } from '../../image/picture.ts';
import { planesOf, type Raster } from '../../image/raster.ts';

/** Rows that are read at a time. */
const rowsAtOnce = 64;

/**
 * A small copy of a raster: each of its pixels is the mean of the area that it covers. Read strip by strip.
 * @param size of the copy, at most that of the raster
 * @returns [3, height, width], RGB, 0..255
 */
export async function reduceRaster(raster: Raster, { width, height }: PictureSize): Promise<Float32Array> {
  const across = coverage(raster.width, width);
  const down = coverage(raster.height, height);
  const copy = new Float32Array(CHANNELS * width * height);
  for (let top = 0; top < raster.height; top += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, raster.height - top);
    const strip = planesOf(await raster.read({ left: 0, top, width: raster.width, height: rows }), raster);
    for (let plane = 0; plane < CHANNELS * rows; plane++) {
      const channel = Math.floor(plane / rows);
      const line = reduceLine(strip.subarray(plane * raster.width, (plane + 1) * raster.width), across, width);
      for (const { target, share } of down[top + (plane % rows)] ?? []) {
        const start = (channel * height + target) * width;
        for (let x = 0; x < width; x++) copy[start + x] = (copy[start + x] ?? 0) + share * (line[x] ?? 0);
      }
    }
  }
  return copy;
}

/** What a pixel adds to the mean of a pixel of the copy. */
interface Share {
  readonly target: number;
  readonly share: number;
}

/** For each pixel along an axis, the one or two (where its size is not divided evenly) pixels of the copy that it adds to. */
function coverage(from: number, to: number): readonly (readonly Share[])[] {
  const scale = to / from;
  return Array.from({ length: from }, (_, pixel) => {
    const target = Math.min(to - 1, Math.floor(pixel * scale));
    const within = Math.min(1, (target + 1 - pixel * scale) / scale);
    const shares = [{ target, share: within * scale }];
    if (within < 1 && target + 1 < to) shares.push({ target: target + 1, share: (1 - within) * scale });
    return shares;
  });
}

function reduceLine(line: Float32Array, across: readonly (readonly Share[])[], width: number): Float32Array {
  const reduced = new Float32Array(width);
  for (let x = 0; x < line.length; x++) {
    for (const { target, share } of across[x] ?? []) reduced[target] = (reduced[target] ?? 0) + share * (line[x] ?? 0);
  }
  return reduced;
}
