/** An upright 8-bit sRGB picture without alpha. */
export interface Picture extends PictureSize {
  /** Interleaved RGB, row by row from the top: width × height × 3 bytes. */
  readonly data: Uint8Array;
}

/** Width and height in pixels, as the picture is seen (orientation applied). */
export interface PictureSize {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** A rectangle of a picture, in pixels from its upper left corner. */
export interface Region extends PictureSize {
  /** Pixels to the left of it. */
  readonly left: number;
  /** Pixels above it. */
  readonly top: number;
}

/** Colour channels of a picture: red, green, blue. */
export const CHANNELS = 3;

/**
 * How many pixels a picture may have by default to be decoded: as many as the largest sensors of phones and cameras give in
 * one shot (16,320 × 12,240). A file of a few kilobytes can announce thousands of times as many.
 */
export const defaultPixelLimit = 200e6;

/** The size of the same proportions whose short side is `shortSide` pixels. */
export function sizeWithShortSide({ width, height }: PictureSize, shortSide: number): PictureSize {
  const longSide = Math.round((Math.max(width, height) * shortSide) / Math.min(width, height));
  return width < height ? { width: shortSide, height: longSide } : { width: longSide, height: shortSide };
}

/** The size of the same proportions whose long side is at most `longSide` pixels; a smaller one stays as it is. */
export function sizeWithin(size: PictureSize, longSide: number): PictureSize {
  return Math.max(size.width, size.height) <= longSide ? size : sizeWithLongSide(size, longSide);
}

/** The size of the same proportions whose long side is `longSide` pixels. */
export function sizeWithLongSide({ width, height }: PictureSize, longSide: number): PictureSize {
  const scale = longSide / Math.max(width, height);
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: scaled(width), height: scaled(height) };
}

/** Whether one of two sizes may be the other one scaled: the proportions are the same but for a pixel of rounding. */
export function haveSameProportions(a: PictureSize, b: PictureSize): boolean {
  const larger = a.width * a.height > b.width * b.height ? a : b;
  return Math.abs(a.width * b.height - b.width * a.height) <= Math.max(larger.width, larger.height);
}

/**
 * Spreads a picture into colour planes, the layout of the networks' image tensors.
 * @param target where to write, so that a batch can be filled in place; a new array by default
 * @param offset index in `target` of the first value written
 * @returns `target`: [3, H, W], RGB, 0..255, from `offset` on
 * @throws if the picture's data does not have width × height × 3 bytes, or the target has no room for it
 */
export function toPlanar(
  picture: Picture,
  target: Float32Array = new Float32Array(CHANNELS * picture.width * picture.height),
  offset = 0,
): Float32Array {
  const { width, height, data } = picture;
  const plane = width * height;
  requireLength('bytes of RGB', data.length, width, height);
  if (offset < 0 || offset + CHANNELS * plane > target.length) {
    throw new Error(
      `Expected room for ${CHANNELS * plane} values from offset ${offset} but the target has ${target.length} in all`,
    );
  }
  for (let channel = 0; channel < CHANNELS; channel++) {
    const start = offset + channel * plane;
    for (let pixel = 0; pixel < plane; pixel++) {
      target[start + pixel] = data[pixel * CHANNELS + channel] ?? 0;
    }
  }
  return target;
}

/**
 * Gathers colour planes into a picture, rounding to whole numbers and clamping to 0..255.
 * @param data [3, H, W], RGB, 0..255
 * @throws if the data does not have 3 × height × width values, or holds NaN or an infinity
 */
export function fromPlanar(data: Float32Array, width: number, height: number): Picture {
  requireLength('values of planar RGB', data.length, width, height);
  const plane = width * height;
  // A clamped array rounds and clamps on assignment, but it would turn NaN into black.
  const interleaved = new Uint8ClampedArray(CHANNELS * plane);
  for (let channel = 0; channel < CHANNELS; channel++) {
    const start = channel * plane;
    for (let pixel = 0; pixel < plane; pixel++) {
      const value = data[start + pixel] ?? Number.NaN;
      if (!Number.isFinite(value)) {
        const [x, y] = [pixel % width, Math.floor(pixel / width)];
        throw new Error(
          `Expected finite pixel values but channel ${channel} at (${x}, ${y}) is ${value}: the network that made this picture has diverged or its input was invalid`,
        );
      }
      interleaved[pixel * CHANNELS + channel] = value;
    }
  }
  return { width, height, data: new Uint8Array(interleaved.buffer) };
}

/** @throws if there are not three values for each pixel */
export function requireLength(what: string, length: number, width: number, height: number): void {
  if (length !== CHANNELS * width * height) {
    throw new Error(
      `Expected ${CHANNELS * width * height} ${what} for ${width}×${height} pixels but received ${length}`,
    );
  }
}
