import { Tensor } from 'onnxruntime-common';
import { type FloatTensor, floatTensor } from '../../graph-builder/ir/tensor.ts';
import { CHANNELS, type Picture, toPlanar } from '../../image/picture.ts';

/** An ONNX Runtime session, on whatever device and in whatever runtime it was created. */
export interface GraphSession {
  /**
   * @param feeds inputs by name
   * @param fetches which outputs to compute; one that comes with a tensor is written into it. By default all
   * @returns the outputs that the runtime allocated
   */
  run(feeds: Tensors, fetches?: Readonly<Record<string, Tensor | null>>): Promise<Tensors>;
  release(): Promise<void>;
}

type Tensors = Readonly<Record<string, Tensor>>;

/** Loads the bytes of an ONNX file into a session: the caller chooses runtime and device. */
export type CreateSession = (model: Uint8Array) => Promise<GraphSession>;

/** As CreateSession; some of the outputs, by name, stay in the device's memory. */
export type CreateResidentSession = (model: Uint8Array, residentOutputs: readonly string[]) => Promise<GraphSession>;

/** A float32 array as ONNX Runtime takes it, without a copy. */
export function toOrtTensor({ data, shape }: FloatTensor): Tensor {
  return new Tensor('float32', data, shape);
}

/** Arrays as feeds or fetches, each under its name and a suffix. */
export function namedTensors(arrays: ReadonlyMap<string, FloatTensor>, suffix = ''): Record<string, Tensor> {
  return Object.fromEntries([...arrays].map(([name, array]) => [`${name}${suffix}`, toOrtTensor(array)]));
}

/** A picture as the networks take it: [1, 3, H, W], RGB 0..255. */
export function pictureTensor(picture: Picture): Tensor {
  return toOrtTensor(floatTensor([1, CHANNELS, picture.height, picture.width], toPlanar(picture)));
}

/**
 * The float32 data of a session's output.
 * @throws if there is no such output or it is not float32
 */
export function floatData(outputs: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new Error(`Expected a float32 output ${name} but the session gave ${Object.keys(outputs).join(', ')}`);
}
