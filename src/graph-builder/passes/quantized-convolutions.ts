import { sortResults } from '../ir/sort-nodes.ts';
import { type FloatTensor, floatTensor, scalarTensor } from '../ir/tensor.ts';
import { constant, type Graph, type Node, type ResultValue, type Value } from '../ir/value.ts';
import { conv, depthToSpace, dequantizeLinear, pad, type Quantization, quantizeLinear } from '../operators/index.ts';
import { required } from '../operators/inference.ts';
import { rewriteGraph } from './rewrite.ts';

/** The smallest and the largest value that a tensor took. */
export interface ValueRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** What went into a convolution and came out of it, on photographs. */
export interface ConvolutionRanges {
  readonly input: ValueRange;
  /** Of each channel of the convolution's result. */
  readonly outputs: readonly ValueRange[];
}

/** A convolution that can be computed in whole numbers: of a constant weight. */
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
    if (node.operator !== 'Conv' || !frozenTensor(required(node.inputs, 1))) return [];
    return [{ name: node.scope, input: required(node.inputs, 0), output }];
  });
}

/**
 * Computes convolutions in whole numbers of eight bits (QDQ form, which ONNX Runtime makes one operator of): weights int8,
 * symmetric, with a scale an output channel; activations uint8. A convolution's result has a scale and a zero point a
 * channel as well: the weights are divided by the scales and the zero points added as bias, so that one scale of 1 serves
 * all channels. What only arranges pixels stays between in eight bits. Everything else is computed as before.
 * @param ranges of the convolutions to quantise, by their results in this graph
 */
export function quantizeConvolutions(graph: Graph, ranges: ReadonlyMap<Value, ConvolutionRanges>): Graph {
  const interleaved = interleavedResults(graph);
  return rewriteGraph(graph, (node, output) => {
    const range = ranges.get(output);
    if (node.operator === 'Conv' && range) return quantizedConvolution(node, range, interleaved.has(output) ? 4 : 1);
    return dequantizedLater(node);
  });
}

/** The results whose channels become pixels: groups of channels are one afterwards. */
function interleavedResults(graph: Graph): ReadonlySet<Value> {
  const results = sortResults(graph.outputs.map(({ value }) => value));
  return new Set(results.flatMap(({ node }) => (node.operator === 'DepthToSpace' ? [required(node.inputs, 0)] : [])));
}

function quantizedConvolution(
  { inputs, attributes }: Node<'Conv'>,
  { input, outputs }: ConvolutionRanges,
  groups: number,
): Value {
  const weight = frozenTensor(required(inputs, 1));
  const bias = inputs[2] ? frozenTensor(inputs[2]) : undefined;
  if (!weight || (inputs[2] && !bias)) throw new Error('expected a constant weight and bias');
  const inputScale = scaleOf(input);
  const x = quantizedInput(required(inputs, 0), scalarQuantization(inputScale, zeroPointOf(input)));
  const channels = mergedRanges(outputs, groups);
  const scales = channels.map(scaleOf);
  const zeroPoints = channels.map(zeroPointOf);
  const scaled = dividedByChannel(weight, scales);
  const steps = channelSteps(scaled);
  const shifts = zeroPoints.map((zeroPoint, channel) => zeroPoint + (bias?.data[channel] ?? 0) / (scales[channel] ?? 1));
  const result = conv(
    x,
    dequantizeLinear(...wholeNumbers(scaled, steps)),
    dequantizeLinear(...wholeBias(shifts, steps.map((step) => step * inputScale))),
    attributes,
  );
  const perChannel = vectorQuantization(scales, zeroPoints);
  return dequantizeLinear(quantizeLinear(result, scalarQuantization(1, 0)), perChannel);
}

/** Quantises before a border is added, which is then copied in eight bits. */
function quantizedInput(x: Value, quantization: Quantization): Value {
  if (x.kind === 'result' && x.node.operator === 'Pad') {
    const [inner, pads] = x.node.inputs;
    if (inner && pads) return dequantizeLinear(pad(quantizeLinear(inner, quantization), pads, x.node.attributes.mode), quantization);
  }
  return dequantizeLinear(quantizeLinear(x, quantization), quantization);
}

/** Moves a dequantisation behind an operator that only arranges pixels. */
function dequantizedLater(node: Node): Value | undefined {
  const [x] = node.inputs;
  if (x?.kind !== 'result' || x.node.operator !== 'DequantizeLinear') return undefined;
  const [q, scale, zeroPoint] = x.node.inputs;
  if (!q || !scale || !zeroPoint) return undefined;
  if (node.operator === 'DepthToSpace') {
    const count = Number(node.inputs[0]?.shape[1]) / 4;
    return dequantizeLinear(depthToSpace(q, 2), { scale: firstOf(scale, count), zeroPoint: firstOf(zeroPoint, count), axis: 1 });
  }
  if (node.operator === 'Pad' && node.inputs[1]) {
    return dequantizeLinear(pad(q, node.inputs[1], node.attributes.mode), { scale, zeroPoint, axis: 1 });
  }
  return undefined;
}

function firstOf(value: Value, count: number): Value {
  if (value.kind !== 'constant') throw new Error('expected constants');
  const { type, data } = value.tensor;
  if (type === 'float32' && data instanceof Float32Array) return constant(floatTensor([count], data.slice(0, count)));
  if (type === 'uint8' && data instanceof Uint8Array) return constant({ type, shape: [count], data: data.slice(0, count) });
  throw new Error('unexpected');
}

const scaleOf = ({ minimum, maximum }: ValueRange) => Math.max(Math.max(maximum, 0) - Math.min(minimum, 0), 1e-6) / 255;
const zeroPointOf = (range: ValueRange) => Math.round(-Math.min(range.minimum, 0) / scaleOf(range));

function mergedRanges(ranges: readonly ValueRange[], groups: number): readonly ValueRange[] {
  const count = ranges.length / groups;
  return ranges.map((_, channel) => {
    const members = ranges.filter((__, other) => other % count === channel % count);
    return { minimum: Math.min(...members.map((m) => m.minimum)), maximum: Math.max(...members.map((m) => m.maximum)) };
  });
}

function scalarQuantization(scale: number, zeroPoint: number): Quantization {
  return {
    scale: constant(scalarTensor(scale)),
    zeroPoint: constant({ type: 'uint8', shape: [], data: Uint8Array.of(zeroPoint) }),
    axis: 1,
  };
}

function vectorQuantization(scales: readonly number[], zeroPoints: readonly number[]): Quantization {
  return {
    scale: constant(floatTensor([scales.length], Float32Array.from(scales))),
    zeroPoint: constant({ type: 'uint8', shape: [scales.length], data: Uint8Array.from(zeroPoints) }),
    axis: 1,
  };
}

function dividedByChannel({ shape, data }: FloatTensor, divisors: readonly number[]): FloatTensor {
  const size = data.length / divisors.length;
  return floatTensor(shape, data.map((value, position) => value / (divisors[Math.floor(position / size)] ?? 1)));
}

function channelSteps({ shape: [outputs = 1], data }: FloatTensor): readonly number[] {
  const size = data.length / outputs;
  return Array.from({ length: outputs }, (_, channel) => {
    const largest = data.subarray(channel * size, (channel + 1) * size).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
    return largest / 127;
  });
}

function wholeNumbers({ shape, data }: FloatTensor, steps: readonly number[]): [Value, Quantization] {
  const size = data.length / steps.length;
  const whole = Int8Array.from(data, (value, position) => Math.round(value / (steps[Math.floor(position / size)] ?? 1)));
  return [
    constant({ type: 'int8', shape, data: whole }),
    {
      scale: constant(floatTensor([steps.length], Float32Array.from(steps))),
      zeroPoint: constant({ type: 'int8', shape: [steps.length], data: new Int8Array(steps.length) }),
      axis: 0,
    },
  ];
}

function wholeBias(values: readonly number[], steps: readonly number[]): [Value, Quantization] {
  const whole = Int32Array.from(values, (value, channel) => Math.round(value / (steps[channel] ?? 1)));
  return [
    constant({ type: 'int32', shape: [values.length], data: whole }),
    {
      scale: constant(floatTensor([steps.length], Float32Array.from(steps))),
      zeroPoint: constant({ type: 'int32', shape: [steps.length], data: new Int32Array(steps.length) }),
      axis: 0,
    },
  ];
}

function frozenTensor(value: Value): FloatTensor | undefined {
  if (value.kind !== 'constant') return undefined;
  const { type, shape, data } = value.tensor;
  return type === 'float32' && data instanceof Float32Array ? floatTensor(shape, data) : undefined;
}
