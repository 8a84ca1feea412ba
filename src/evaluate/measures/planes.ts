import { CHANNELS, type Picture } from '../../image/picture.ts';
import { luminanceWeights } from '../perception/flat-cells.ts';

/** One value a pixel, rows from the top: [H, W]. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

/** One colour channel of a picture, 0..255. */
export function channelPlane({ width, height, data }: Picture, channel: number): Plane {
  const values = new Float64Array(width * height).map((_, pixel) => data[CHANNELS * pixel + channel] ?? 0);
  return { width, height, data: values };
}

/** The luminance of a picture (ITU-R BT.601), 0..255. */
export function luminancePlane({ width, height, data }: Picture): Plane {
  const [red, green, blue] = luminanceWeights;
  const values = new Float64Array(width * height).map((_, pixel) => {
    const start = CHANNELS * pixel;
    return red * (data[start] ?? 0) + green * (data[start + 1] ?? 0) + blue * (data[start + 2] ?? 0);
  });
  return { width, height, data: values };
}

/** The mean over the square of pixels at most `radius` away, as far as it lies in the picture. */
export function boxMean(plane: Plane, radius: number): Plane {
  const { width, height } = plane;
  const rows = slidingMeans(plane.data, { lines: height, length: width, lineStride: width, stride: 1 }, radius);
  const data = slidingMeans(rows, { lines: width, length: height, lineStride: 1, stride: width }, radius);
  return { width, height, data };
}

/** The standard deviation over the square of pixels at most `radius` away. */
export function localDeviation(plane: Plane, radius: number): Plane {
  const means = boxMean(plane, radius);
  const squares = boxMean({ ...plane, data: plane.data.map((value) => value ** 2) }, radius);
  const data = squares.data.map((square, pixel) => Math.sqrt(Math.max(0, square - (means.data[pixel] ?? 0) ** 2)));
  return { ...plane, data };
}

/** The middle value; of an even number the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  readonly lineStride: number;
  readonly stride: number;
}

function slidingMeans(data: Float64Array, { lines, length, lineStride, stride }: Lines, radius: number): Float64Array {
  const means = new Float64Array(data.length);
  for (let line = 0; line < lines; line++) {
    const at = (place: number) => data[line * lineStride + place * stride] ?? 0;
    let sum = 0;
    for (let place = 0; place < Math.min(radius, length); place++) sum += at(place);
    for (let place = 0; place < length; place++) {
      if (place + radius < length) sum += at(place + radius);
      if (place - radius > 0) sum -= at(place - radius - 1);
      const count = Math.min(length, place + radius + 1) - Math.max(0, place - radius);
      means[line * lineStride + place * stride] = sum / count;
    }
  }
  return means;
}
