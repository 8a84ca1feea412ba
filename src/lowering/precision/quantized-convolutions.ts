import { sortResults } from '../../graph-builder/ir/sort-nodes.ts';
import { floatTensor } from '../../graph-builder/ir/tensor.ts';
import { constant, type Graph, type Node, type ResultValue, type Value } from '../../graph-builder/ir/value.ts';
import {
  conv,
  depthToSpace,
  dequantizeLinear,
  pad,
  type Quantization,
  quantizeLinear,
} from '../../graph-builder/operators/index.ts';
import { required } from '../../graph-builder/operators/inference.ts';
import { rewriteGraph } from '../../graph-builder/operators/rewrite.ts';
import { frozenTensor } from '../frozen-tensor.ts';
import {
  affineOf,
  channelQuantization,
  dividedByEntry,
  eightBits,
  symmetricScales,
  tensorQuantization,
  thirtyTwoBits,
  unionOf,
  type ValueRange,
} from './quantization.ts';

/** What goes into a convolution and what comes out of it, on photographs. */
export interface ConvolutionRanges {
  readonly input: ValueRange;
  /** Of each channel of the convolution's result. */
  readonly outputs: readonly ValueRange[];
}

/** A convolution that can be computed in whole numbers: its weight is a constant. */
export interface QuantizableConvolution {
  /** Where it is in the network, such as `residual.3.conv1`. */
  readonly name: string;
  readonly input: Value;
  readonly output: ResultValue;
}

/** The convolutions of a graph that can be computed in whole numbers, in the order in which they run. */
export function quantizableConvolutions(graph: Graph): readonly QuantizableConvolution[] {
  return sortResults(graph.outputs.map(({ value }) => value)).flatMap((output) => {
    const { node } = output;
    if (node.operator !== 'Conv' || copiesMoreThanItComputes(node)) return [];
    if (!node.inputs.slice(1).every((value) => value && frozenTensor(value))) return [];
    return [{ name: node.scope, input: required(node.inputs, 0), output }];
  });
}

/**
 * A large window over few channels, such as the network's first convolution: ONNX Runtime's kernel for whole numbers copies
 * the window of every pixel, which takes longer than the arithmetic in float.
 */
function copiesMoreThanItComputes({ inputs, attributes }: Node<'Conv'>): boolean {
  const channels = Number(required(inputs, 0).shape[1]);
  return channels <= 4 && Math.min(...attributes.kernel_shape) >= 7;
}

/**
 * Computes convolutions in whole numbers of eight bits, in QDQ form, which ONNX Runtime makes one operator of: weights int8,
 * symmetric, with a scale for each output channel; activations uint8. Results have a scale and a zero point for each
 * channel as well: the weights are divided by the scales and the zero points are added as biases, so that the operator
 * itself rounds to a scale of 1. What only moves pixels is done on bytes. Everything else is computed as before.
 * @param ranges of the convolutions to quantise, by their results in this graph (see `quantizableConvolutions`)
 */
export function quantizeConvolutions(graph: Graph, ranges: ReadonlyMap<Value, ConvolutionRanges>): Graph {
  const merged = mergedChannels(graph);
  return rewriteGraph(graph, (node, output) => {
    const found = ranges.get(output);
    if (node.operator !== 'Conv' || !found) return movedOnBytes(node);
    return quantized(node, { ...found, outputs: mergedRanges(found.outputs, merged.get(output) ?? 1) });
  });
}

/** How many channels become pixels of one, for results of which that is made. */
function mergedChannels(graph: Graph): ReadonlyMap<Value, number> {
  const merged = new Map<Value, number>();
  for (const { node } of sortResults(graph.outputs.map(({ value }) => value))) {
    if (node.operator === 'DepthToSpace') merged.set(required(node.inputs, 0), node.attributes.blocksize ** 2);
  }
  return merged;
}

/** One range for channels that become one: `count` of them, `ranges.length / count` apart. */
function mergedRanges(ranges: readonly ValueRange[], count: number): readonly ValueRange[] {
  const distance = ranges.length / count;
  return ranges.map((_, channel) => unionOf(ranges.filter((__, other) => (other - channel) % distance === 0)));
}

function quantized({ inputs, attributes }: Node<'Conv'>, { input, outputs }: ConvolutionRanges): Value {
  const weight = frozenTensor(required(inputs, 1));
  const bias = inputs[2] ? frozenTensor(inputs[2]) : null;
  if (!weight || bias === undefined) throw new Error('Expected ranges only of convolutions that can be quantised');
  const inputAffine = affineOf(input);
  const affines = outputs.map(affineOf);
  const x = quantizedInput(required(inputs, 0), tensorQuantization(inputAffine));
  const divided = dividedByEntry(
    weight,
    affines.map(({ scale }) => scale),
  );
  const scales = symmetricScales(divided);
  const shifts = affines.map(({ scale, zeroPoint }, channel) => zeroPoint + (bias?.data[channel] ?? 0) / scale);
  const shift = thirtyTwoBits(
    floatTensor([shifts.length], Float32Array.from(shifts)),
    scales.map((scale) => scale * inputAffine.scale),
  );
  const whole = quantizeLinear(
    conv(x, eightBits(divided, scales), shift, attributes),
    tensorQuantization({ scale: 1, zeroPoint: 0 }),
  );
  return dequantizeLinear(whole, channelQuantization(affines));
}

/** In bytes and back, where a border is added before that. */
function quantizedInput(x: Value, quantization: Quantization): Value {
  const [inner, pads] = x.kind === 'result' && x.node.operator === 'Pad' ? x.node.inputs : [];
  if (x.kind !== 'result' || x.node.operator !== 'Pad' || !inner || !pads) {
    return dequantizeLinear(quantizeLinear(x, quantization), quantization);
  }
  return dequantizeLinear(pad(quantizeLinear(inner, quantization), pads, x.node.attributes.mode), quantization);
}

/** An operator that only moves pixels, before the bytes become real numbers. */
function movedOnBytes(node: Node): Value | undefined {
  const [x, pads] = node.inputs;
  if (x?.kind !== 'result' || x.node.operator !== 'DequantizeLinear') return undefined;
  const [bytes, scale, zeroPoint] = x.node.inputs;
  if (!bytes || !scale || !zeroPoint) return undefined;
  if (node.operator === 'Pad' && pads && cutsOff(pads)) {
    return dequantizeLinear(pad(bytes, pads, node.attributes.mode), { scale, zeroPoint, axis: 1 });
  }
  if (node.operator !== 'DepthToSpace') return undefined;
  const moved = depthToSpace(bytes, node.attributes.blocksize);
  const count = Number(moved.shape[1]);
  return dequantizeLinear(moved, {
    scale: firstEntries(scale, count),
    zeroPoint: firstEntries(zeroPoint, count),
    axis: 1,
  });
}

function cutsOff({ contents }: Value): boolean {
  return contents?.every((size) => typeof size === 'number' && size <= 0) ?? false;
}

/** Those of the first channels; they are the same for all channels that become one. */
function firstEntries(value: Value, count: number): Value {
  if (value.kind !== 'constant') throw new Error('Expected a quantisation by constants');
  return constant({ ...value.tensor, shape: [count], data: value.tensor.data.slice(0, count) });
}
