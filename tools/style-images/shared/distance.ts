import type { Grid } from './grid.ts';

const FAR = 1e10;

/**
 * The distance of each pixel's centre to the nearest pixel that is a target, in pixels: exact, in linear time
 * (Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, 2012).
 */
export function distanceTo(width: number, height: number, isTarget: (index: number) => boolean): Grid {
  const data = Float32Array.from({ length: width * height }, (_, index) => (isTarget(index) ? 0 : FAR));
  for (let x = 0; x < width; x++) transformLine(data, x, height, width);
  for (let y = 0; y < height; y++) transformLine(data, y * width, width, 1);
  return { width, height, data: data.map(Math.sqrt) };
}

/**
 * The distance of each pixel to the nearest one with another label, less the half pixel to the border between the two.
 * Where the picture ends is no border.
 */
export function distanceToBorders(width: number, height: number, labels: Uint8Array | Uint16Array): Grid {
  const differs = (index: number, x: number, y: number) =>
    (x + 1 < width && labels[index] !== labels[index + 1]) ||
    (x > 0 && labels[index] !== labels[index - 1]) ||
    (y + 1 < height && labels[index] !== labels[index + width]) ||
    (y > 0 && labels[index] !== labels[index - width]);
  const grid = distanceTo(width, height, (index) => differs(index, index % width, Math.floor(index / width)));
  return { width, height, data: grid.data.map((distance) => distance + 0.5) };
}

/** Replaces a line of squared distances by the lower envelope of the parabolas that stand on them. */
function transformLine(data: Float32Array, start: number, length: number, stride: number): void {
  const values = Float64Array.from({ length }, (_, index) => data[start + index * stride] ?? FAR);
  const at = (index: number) => values[index] ?? FAR;
  const feet = new Int32Array(length);
  const bounds = new Float64Array(length + 1);
  let last = 0;
  bounds[0] = -FAR;
  bounds[1] = FAR;
  for (let index = 1; index < length; index++) {
    let crossing = -FAR;
    for (; ; last--) {
      const foot = feet[last] ?? 0;
      crossing = (at(index) + index * index - at(foot) - foot * foot) / (2 * (index - foot));
      if (crossing > (bounds[last] ?? 0) || last === 0) break;
    }
    if (crossing > (bounds[last] ?? 0)) last++;
    feet[last] = index;
    bounds[last] = Math.max(crossing, -FAR);
    bounds[last + 1] = FAR;
  }
  let parabola = 0;
  for (let index = 0; index < length; index++) {
    while ((bounds[parabola + 1] ?? FAR) < index) parabola++;
    const foot = feet[parabola] ?? 0;
    data[start + index * stride] = (index - foot) ** 2 + at(foot);
  }
}
