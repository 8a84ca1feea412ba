import { CHANNELS, type Picture, type PictureSize, type Region, requireLength } from './picture.ts';

/** Samples of 8 bits (0..255) or 16 (0..65535), interleaved: pixel by pixel, row by row. */
export type Samples = Uint8Array | Uint16Array;

/** How a raster's samples are laid out. */
export interface RasterFormat extends PictureSize {
  /** Red, green and blue, or those and alpha. */
  readonly channels: 3 | 4;
  /** Bits of a sample. */
  readonly depth: 8 | 16;
}

/** An upright sRGB picture that need not be in memory: any part of it can be read and written. */
export interface Raster extends RasterFormat {
  /** The samples of a part. */
  read(region: Region): Promise<Samples>;
  /** Writes the samples of a part. */
  write(region: Region, samples: Samples): Promise<void>;
}

/** Room for the samples of so many pixels. */
export function emptySamples({ channels, depth }: Pick<RasterFormat, 'channels' | 'depth'>, pixels: number): Samples {
  return depth === 8 ? new Uint8Array(channels * pixels) : new Uint16Array(channels * pixels);
}

/** A raster in memory. */
export interface MemoryRaster extends Raster {
  /** All of it. */
  readonly samples: Samples;
}

/**
 * A raster in memory.
 * @param samples all of it, not copied; black and transparent where left out
 */
export function memoryRaster(
  format: RasterFormat,
  samples: Samples = emptySamples(format, format.width * format.height),
): MemoryRaster {
  const { width, channels } = format;
  const rowsOf = function* ({ left, top, width: columns, height }: Region) {
    for (let row = 0; row < height; row++) {
      yield { inPart: row * columns * channels, inWhole: ((top + row) * width + left) * channels };
    }
  };
  return {
    ...format,
    samples,
    read: async (region) => {
      const part = emptySamples(format, region.width * region.height);
      const length = region.width * channels;
      for (const { inPart, inWhole } of rowsOf(region)) part.set(samples.subarray(inWhole, inWhole + length), inPart);
      return part;
    },
    write: async (region, part) => {
      const length = region.width * channels;
      for (const { inPart, inWhole } of rowsOf(region)) samples.set(part.subarray(inPart, inPart + length), inWhole);
    },
  };
}

/**
 * A picture as a raster; its data is not copied.
 * @throws if the data does not have width × height × 3 bytes, or is no typed array
 */
export function pictureRaster({ width, height, data }: Picture): Raster {
  requireLength('bytes of RGB', data.length, width, height);
  if (!ArrayBuffer.isView(data)) throw new Error('Expected the bytes of a picture in a Uint8Array but received a list');
  return memoryRaster({ width, height, channels: 3, depth: 8 }, data);
}

/** The largest value of a sample. */
export function fullScale(depth: 8 | 16): number {
  return depth === 8 ? 255 : 65535;
}

/**
 * The colours of samples as planes, the layout of the networks' image tensors; alpha is left out.
 * @returns [3, pixels], RGB, 0..255, with their fractions where the samples have 16 bits
 */
export function planesOf(
  samples: Samples,
  { channels, depth }: Pick<RasterFormat, 'channels' | 'depth'>,
): Float32Array {
  const pixels = samples.length / channels;
  const scale = 255 / fullScale(depth);
  const planes = new Float32Array(CHANNELS * pixels);
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      planes[channel * pixels + pixel] = (samples[pixel * channels + channel] ?? 0) * scale;
    }
  }
  return planes;
}

/**
 * Puts planes of colours in the place of those among samples, rounded and clamped; alpha stays as it is.
 * @param planes [3, pixels], RGB, 0..255
 * @throws if a value is NaN or infinite
 */
export function setColours(
  samples: Samples,
  planes: Float32Array,
  { channels, depth }: Pick<RasterFormat, 'channels' | 'depth'>,
): void {
  const pixels = samples.length / channels;
  const full = fullScale(depth);
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const value = planes[channel * pixels + pixel] ?? Number.NaN;
      if (!Number.isFinite(value)) {
        throw new Error(
          `Expected finite pixel values but the network gave ${value}: it has diverged or its input was invalid`,
        );
      }
      samples[pixel * channels + channel] = Math.round(Math.min(full, Math.max(0, (value * full) / 255)));
    }
  }
}
