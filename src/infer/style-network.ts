import { type InferenceSession, Tensor } from 'onnxruntime-common';
import { CHANNELS, type PictureSize } from '../image/picture.ts';
import { cutPlanes } from '../image/planes.ts';
import { planesOf, setColours } from '../image/raster.ts';
import { type PixelLayout, readSignature } from './signature.ts';

/** A style network of any runtime, run on planes of colours. */
export interface StyleNetwork {
  /** The only size that it takes; null if it takes any. */
  readonly fixedSize: PictureSize | null;
  /** What the network takes for a picture [3, H, W], RGB, 0..255, as do the other forms of its model. */
  tensorOf(image: Float32Array, size: PictureSize): Tensor;
  /**
   * @param image [3, H, W], RGB, 0..255, of the size given
   * @returns the same layout and size
   * @throws if the network takes one size only and this is another, or it cannot be run on it
   */
  run(image: Float32Array, size: PictureSize): Promise<Float32Array>;
}

/**
 * The network in a session: one float32 input [N, 3, H, W] (RGB, 0..255) and one float32 output of the same layout, or
 * both are uint8 [1, H, W, 4] (RGBA); whatever their names.
 * @param name what to call the model in errors, such as its path
 * @throws if the model is not such a network; the message says what it has instead
 */
export function styleNetwork(session: InferenceSession, name: string): StyleNetwork {
  const { input, output, layout, fixedSize } = readSignature(session, name);
  const { tensorOf, planesOf } = layouts[layout];
  return {
    fixedSize,
    tensorOf,
    run: async (image, size) => {
      requireSize(size, fixedSize);
      const { width, height } = size;
      const outputs = await session.run({ [input]: tensorOf(image, size) }).catch((error: Error) => {
        const reason = `The model failed on a picture of ${width}×${height} pixels: ${error.message}`;
        throw new Error(reason, { cause: error });
      });
      return planesOf(outputs[output], size);
    },
  };
}

function requireSize({ width, height }: PictureSize, fixedSize: PictureSize | null): void {
  if (!fixedSize || (fixedSize.width === width && fixedSize.height === height)) return;
  throw new Error(
    `Expected a picture of ${fixedSize.width}×${fixedSize.height} pixels, the only size that this model takes, ` +
      `but received ${width}×${height}; resize it first`,
  );
}

/** What a layout of pixels is as a tensor, and back. */
interface LayoutTensors {
  readonly tensorOf: (image: Float32Array, size: PictureSize) => Tensor;
  /** @throws if the tensor is not a picture of the size */
  readonly planesOf: (output: Tensor | undefined, size: PictureSize) => Float32Array;
}

const rgba = { channels: 4, depth: 8 } as const;

const layouts: Readonly<Record<PixelLayout, LayoutTensors>> = {
  planes: {
    tensorOf: (image, { width, height }) => new Tensor('float32', image, [1, CHANNELS, height, width]),
    planesOf: planesOfFloats,
  },
  rgba: {
    tensorOf: (image, { width, height }) => {
      const opaque = new Uint8Array(rgba.channels * width * height).fill(255);
      setColours(opaque, image, rgba);
      return new Tensor('uint8', opaque, [1, height, width, rgba.channels]);
    },
    planesOf: planesOfBytes,
  },
};

function planesOfBytes(output: Tensor | undefined, { width, height }: PictureSize): Float32Array {
  const expected = [1, height, width, rgba.channels];
  if (output?.data instanceof Uint8Array && output.dims.join() === expected.join()) return planesOf(output.data, rgba);
  throw new Error(
    `Expected a stylized picture [${expected.join(', ')}] but the model gave [${output?.dims.join(', ')}]`,
  );
}

/** Networks that halve a picture twice give sides rounded up to multiples of four. */
const largestSurplus = 3;

/**
 * The pixels of a network's output as [3, H, W] of the picture's size.
 * @throws if the output has another size, but for the rows and columns by which a network rounds up
 */
function planesOfFloats(output: Tensor | undefined, { width, height }: PictureSize): Float32Array {
  const [batch, channels, rows = 0, columns = 0] = output?.dims ?? [];
  const isImage = output?.data instanceof Float32Array && batch === 1 && channels === CHANNELS;
  if (!isImage || !roundsUp(rows, height) || !roundsUp(columns, width)) {
    throw new Error(
      `Expected a stylized picture [1, 3, ${height}, ${width}] but the model gave [${output?.dims.join(', ')}]`,
    );
  }
  return rows === height && columns === width
    ? output.data
    : cutPlanes(output.data, { width: columns, height: rows }, { left: 0, top: 0, width, height });
}

function roundsUp(length: number, wanted: number): boolean {
  return length >= wanted && length - wanted <= largestSurplus;
}
