import { CHANNELS, type Picture } from '../image/picture.ts';

/** A picture of one channel, [height, width], 0..255. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A reduced copy of a frame, on which motion is looked for. */
export interface ReducedFrame {
  /** Pixels of the frame along each side of one of its pixels. */
  readonly factor: number;
  readonly width: number;
  readonly height: number;
  /** Interleaved RGB, [height, width, 3], 0..255. */
  readonly colours: Float32Array;
  /** Its brightness, and halved copies of that down to the smallest on which motion can be found. */
  readonly pyramid: readonly GreyPicture[];
}

/** The most pixels along a side: more cost time, and have more noise. */
const longestSide = 320;

/** The shortest side of the smallest copy. */
const smallestSide = 16;

/** Reduces a frame by averaging squares of whole pixels. */
export function reduceFrame(picture: Picture): ReducedFrame {
  const factor = Math.ceil(Math.max(picture.width, picture.height) / longestSide);
  const width = Math.ceil(picture.width / factor);
  const height = Math.ceil(picture.height / factor);
  const colours = averages(picture, CHANNELS, factor, width, height);
  return { factor, width, height, colours, pyramid: pyramidOf({ width, height, data: brightness(colours) }) };
}

/** Luma of ITU-R BT.601. */
function brightness(colours: Float32Array): Float32Array {
  const grey = new Float32Array(colours.length / CHANNELS);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const start = CHANNELS * pixel;
    grey[pixel] = 0.299 * (colours[start] ?? 0) + 0.587 * (colours[start + 1] ?? 0) + 0.114 * (colours[start + 2] ?? 0);
  }
  return grey;
}

function pyramidOf(finest: GreyPicture): readonly GreyPicture[] {
  const levels = [finest];
  for (let level = finest; Math.min(level.width, level.height) >= 2 * smallestSide; ) {
    const [width, height] = [Math.ceil(level.width / 2), Math.ceil(level.height / 2)];
    level = { width, height, data: averages(level, 1, 2, width, height) };
    levels.push(level);
  }
  return levels;
}

/** The mean of each square of factor × factor pixels; squares across the right or lower edge have fewer. */
function averages(
  from: { readonly width: number; readonly height: number; readonly data: Uint8Array | Float32Array },
  channels: number,
  factor: number,
  width: number,
  height: number,
): Float32Array {
  const means = new Float32Array(channels * width * height);
  for (let y = 0; y < height; y++) {
    const bottom = Math.min((y + 1) * factor, from.height);
    for (let x = 0; x < width; x++) {
      const right = Math.min((x + 1) * factor, from.width);
      const count = (bottom - y * factor) * (right - x * factor);
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let row = y * factor; row < bottom; row++) {
          for (let column = x * factor; column < right; column++) {
            sum += from.data[channels * (row * from.width + column) + channel] ?? 0;
          }
        }
        means[channels * (y * width + x) + channel] = sum / count;
      }
    }
  }
  return means;
}
