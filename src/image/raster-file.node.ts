import { type FileHandle, open } from 'node:fs/promises';
import type { Region } from './picture.ts';
import { emptySamples, type Raster, type RasterFormat, type Samples } from './raster.ts';

/*
 * libvips' own uncompressed format (.v): a header of 64 bytes, rows of interleaved samples, and metadata as XML. sharp
 * writes such files row by row and reads them in place, so that neither end of a large picture need be in memory.
 */

const headerLength = 64;
/** The first bytes of a file that was written on a machine with the same order of bytes as all that Node runs on. */
const magic = 0x08f2a6b6;
const sampleFormats = new Map<number, 8 | 16>([
  [0, 8],
  [2, 16],
]);

/** A raster in a file, of which only the parts in use are in memory. */
export interface RasterFile extends Raster {
  readonly path: string;
  close(): Promise<void>;
}

/**
 * Opens a raster file that sharp wrote.
 * @throws if it is no such file, or has other samples than 8 or 16 bits of three or four channels
 */
export async function openRasterFile(path: string): Promise<RasterFile> {
  const file = await open(path, 'r');
  try {
    return rasterIn(file, path, readFormat(await readBytes(file, headerLength, 0), path));
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Makes a raster file of the size, samples and metadata of another one, its pixels black until they are written. */
export async function createRasterFileLike(other: RasterFile, path: string): Promise<RasterFile> {
  const { header, trailer, end } = await frameOf(other);
  const file = await open(path, 'wx+');
  try {
    await file.write(header, 0, header.length, 0);
    await file.write(trailer, 0, trailer.length, end);
    return rasterIn(file, path, other);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function frameOf({ path, width, height, channels, depth }: RasterFile) {
  const file = await open(path, 'r');
  try {
    const end = headerLength + width * height * channels * (depth / 8);
    const { size } = await file.stat();
    const header = await readBytes(file, headerLength, 0);
    return { header, trailer: await readBytes(file, size - end, end), end };
  } finally {
    await file.close();
  }
}

function readFormat(header: Buffer, path: string): RasterFormat {
  const channels = header.readInt32LE(12);
  const depth = sampleFormats.get(header.readInt32LE(20));
  if (header.readUInt32LE(0) !== magic || depth === undefined || (channels !== 3 && channels !== 4)) {
    throw new Error(`Expected an uncompressed colour picture of 8 or 16 bits in ${path}`);
  }
  return { width: header.readInt32LE(4), height: header.readInt32LE(8), channels, depth };
}

function rasterIn(file: FileHandle, path: string, { width, height, channels, depth }: RasterFormat): RasterFile {
  const pixelBytes = channels * (depth / 8);
  const linesOf = function* (region: Region) {
    const isWide = region.width === width;
    const lines = isWide ? 1 : region.height;
    const length = region.width * (isWide ? region.height : 1) * pixelBytes;
    for (let line = 0; line < lines; line++) {
      const position = headerLength + ((region.top + line) * width + region.left) * pixelBytes;
      yield { start: line * length, length, position };
    }
  };
  return {
    ...{ path, width, height, channels, depth },
    read: async (region) => {
      const samples = emptySamples({ channels, depth }, region.width * region.height);
      const bytes = bytesOf(samples);
      for (const { start, length, position } of linesOf(region)) {
        await readInto(file, bytes.subarray(start, start + length), position);
      }
      return samples;
    },
    write: async (region, samples) => {
      const bytes = bytesOf(samples);
      for (const { start, length, position } of linesOf(region)) {
        await writeAll(file, bytes.subarray(start, start + length), position);
      }
    },
    close: () => file.close(),
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Samples): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function readBytes(file: FileHandle, length: number, position: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await readInto(file, bytes, position);
  return bytes;
}

async function readInto(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw new Error('Expected more of an uncompressed picture but its file ends');
    done += bytesRead;
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
