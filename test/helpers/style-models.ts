import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dimension } from '../../src/graph-builder/ir/dimension.ts';
import { symbolic } from '../../src/graph-builder/ir/dimension.ts';
import { inScope } from '../../src/graph-builder/ir/scope.ts';
import { floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input, type Value } from '../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import {
  type TransformNetworkOptions,
  transformNetworkParameters,
} from '../../src/graph-builder/networks/transform-network.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { conv, identity, sub } from '../../src/graph-builder/operators/index.ts';
import type { Picture } from '../../src/image/picture.ts';
import { initialState, parameterValues } from '../../src/train/training-state.ts';

const network: TransformNetworkOptions = { channels: 2, upsampling: 'resize', padding: 'reflect', output: 'tanh' };

/** impasto's own network, two channels wide and untrained. */
export function untrainedGraph(seed = 1): Graph {
  return inferenceGraph(network, parameterValues(initialState(transformNetworkParameters(network), seed)));
}

/** [N, 3, H, W]. */
export const anySize: readonly Dimension[] = [symbolic('N'), 3, symbolic('H'), symbolic('W')];

/** A network of one operation on pictures, [N, 3, H, W] unless another shape is given. */
export function pixelGraph(operation: (image: Value) => Value, shape: readonly Dimension[] = anySize): Graph {
  const image = input('pixels in', 'float32', shape);
  return { name: 'pixels', inputs: [image], outputs: [{ name: 'pixels out', value: operation(image) }] };
}

/** The negative of a picture: a style whose result a test can tell exactly. */
export const negativeGraph = (shape?: readonly Dimension[]): Graph => pixelGraph((image) => sub(255, image), shape);

/** A style that changes nothing. */
export const identityGraph = (shape?: readonly Dimension[]): Graph => pixelGraph(identity, shape);

/** A convolution that changes nothing but through the rounding of its arithmetic. */
export function unchangedConvolution(x: Value, name: string): Value {
  const weight = constant(floatTensor([3, 3, 1, 1], Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)));
  return inScope(name, () => conv(x, weight, null, { kernel_shape: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0] }));
}

/** The negative of a picture, computed here. */
export function negative({ width, height, data }: Picture): Picture {
  return { width, height, data: data.map((value) => 255 - value) };
}

/** Writes a graph as an .onnx file into a folder; returns its path. */
export async function writeModel(folder: string, graph: Graph, name = 'model.onnx'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, writeOnnx(graph));
  return path;
}
