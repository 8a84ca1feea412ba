import { type InferenceSession, Tensor } from 'onnxruntime-common';
import {
  CHANNELS,
  fromPlanar,
  fromRgba,
  type Picture,
  type PictureSize,
  RGBA_CHANNELS,
  toPlanar,
  toRgba,
} from '../image/picture.ts';
import { type PixelLayout, readSignature, type StyleNetworkSignature } from './signature.ts';

/** A style network that paints pictures. */
export interface Stylizer {
  /** The only size that the model takes; null if it takes any. */
  readonly fixedSize: PictureSize | null;
  /**
   * Paints a picture in the model's style. Calls may overlap: they run one after another.
   * @returns a picture of the same size
   * @throws if the model takes one size only and the picture has another, or the model cannot be run on it
   */
  stylize(picture: Picture): Promise<Picture>;
  /** Frees the session. */
  release(): Promise<void>;
}

/**
 * A stylizer over a session of any runtime: the model has one float32 input [N, 3, H, W] (RGB, 0..255) and one float32
 * output of the same layout, or both are uint8 [1, H, W, 4] (RGBA), whatever their names.
 * @param name what to call the model in errors, such as its path
 * @throws if the model is not such a network; the message says what it has instead
 */
export function createStylizer(session: InferenceSession, name = 'the model'): Stylizer {
  const signature = readSignature(session, name);
  // ONNX Runtime's web sessions fail when calls overlap; elsewhere overlapping gains nothing but memory use.
  let last: Promise<unknown> = Promise.resolve();
  return {
    fixedSize: signature.fixedSize,
    stylize: (picture) => {
      const stylized = last.then(() => stylize(session, signature, picture));
      last = stylized.catch(() => {});
      return stylized;
    },
    release: () => session.release(),
  };
}

async function stylize(
  session: InferenceSession,
  { input, output, layout, fixedSize }: StyleNetworkSignature,
  picture: Picture,
): Promise<Picture> {
  const { width, height } = picture;
  if (fixedSize && (fixedSize.width !== width || fixedSize.height !== height)) {
    throw new Error(
      `Expected a picture of ${fixedSize.width}×${fixedSize.height} pixels, the only size that this model takes, ` +
        `but received ${width}×${height}; resize it first`,
    );
  }
  const outputs = await session.run({ [input]: imageTensor(picture, layout) }).catch((error: Error) => {
    throw new Error(`The model failed on a picture of ${width}×${height} pixels: ${error.message}`, { cause: error });
  });
  return layout === 'rgba'
    ? fromRgba(bytesOf(outputs[output], picture), width, height)
    : fromPlanar(planesOf(outputs[output], picture), width, height);
}

function imageTensor(picture: Picture, layout: PixelLayout): Tensor {
  const { width, height } = picture;
  return layout === 'rgba'
    ? new Tensor('uint8', toRgba(picture), [1, height, width, RGBA_CHANNELS])
    : new Tensor('float32', toPlanar(picture), [1, CHANNELS, height, width]);
}

/**
 * The bytes of a network's output, [1, H, W, 4].
 * @throws if the output has another size
 */
function bytesOf(output: Tensor | undefined, { width, height }: PictureSize): Uint8Array {
  const expected = [1, height, width, RGBA_CHANNELS];
  if (output?.data instanceof Uint8Array && output.dims.join() === expected.join()) return output.data;
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
function planesOf(output: Tensor | undefined, { width, height }: PictureSize): Float32Array {
  const [batch, channels, rows = 0, columns = 0] = output?.dims ?? [];
  const isImage = output?.data instanceof Float32Array && batch === 1 && channels === CHANNELS;
  if (!isImage || !roundsUp(rows, height) || !roundsUp(columns, width)) {
    throw new Error(
      `Expected a stylized picture [1, 3, ${height}, ${width}] but the model gave [${output?.dims.join(', ')}]`,
    );
  }
  return rows === height && columns === width
    ? output.data
    : cutPlanes(output.data, { width: columns, height: rows }, { width, height });
}

function roundsUp(length: number, wanted: number): boolean {
  return length >= wanted && length - wanted <= largestSurplus;
}

/** The upper left part of planes [3, H, W]. */
function cutPlanes(data: Float32Array, from: PictureSize, to: PictureSize): Float32Array {
  const cut = new Float32Array(CHANNELS * to.height * to.width);
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let row = 0; row < to.height; row++) {
      const start = (channel * from.height + row) * from.width;
      cut.set(data.subarray(start, start + to.width), (channel * to.height + row) * to.width);
    }
  }
  return cut;
}
