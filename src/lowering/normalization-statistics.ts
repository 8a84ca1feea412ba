import { sortNodes } from '../graph-builder/ir/sort-nodes.ts';
import { type FloatTensor, floatTensor } from '../graph-builder/ir/tensor.ts';
import { constant, type Graph, type GraphOutput, type Node, type Value } from '../graph-builder/ir/value.ts';
import {
  add,
  cast,
  conv,
  depthToSpace,
  div,
  mul,
  pad,
  reduceMean,
  reduceSum,
  reduceSumSquare,
  reshape,
  shapeOf,
  slice,
  sqrt,
  sub,
} from '../graph-builder/operators/index.ts';
import { required } from '../graph-builder/operators/inference.ts';
import { rewriteGraph } from '../graph-builder/operators/rewrite.ts';
import { frozenTensor } from './frozen-tensor.ts';

/*
 * Instance normalisation takes its statistics from the whole picture, so that a picture cannot simply be painted in parts.
 * These passes take the statistics from a small copy of it once and hold them fast (Chen et al., *Towards Ultra-Resolution
 * Neural Style Transfer via Thumbnail Instance Normalization*, AAAI 2022).
 */

/** The mean and the variance of each channel that the normalisations of a graph find in one picture, by output name. */
export type NormalizationStatistics = ReadonlyMap<string, Float32Array>;

const meanName = (number: number) => `normalization.${number}.mean`;
const varianceName = (number: number) => `normalization.${number}.variance`;

/**
 * The graph of what a style network's instance normalisations find in a picture: its input → `normalization.K.mean` and
 * `normalization.K.variance` [C] of the K-th of them, from 1. It normalises by these very numbers: ONNX Runtime's own
 * InstanceNormalization errs where pixels are many and deviate little, and all further statistics would err with it.
 * @throws if the graph normalises nothing
 */
export function statisticsGraph(graph: Graph): Graph {
  const numbers = normalizationNumbers(graph);
  const outputs: GraphOutput[] = [];
  rewriteGraph(graph, (node, output) => {
    const number = numbers.get(output.node);
    if (node.operator !== 'InstanceNormalization' || number === undefined) return undefined;
    const { mean, variance, normalized } = normalization(node);
    outputs.push({ name: meanName(number), value: mean }, { name: varianceName(number), value: variance });
    return normalized;
  });
  if (outputs.length === 0) throw new Error(`Expected instance normalisations in the graph ${graph.name}`);
  return { name: 'statistics', inputs: graph.inputs, outputs };
}

/**
 * A style network whose normalisations do what the statistics say, whatever the picture: each pixel depends on its
 * neighbourhood alone. Where a convolution comes before, factor and offset become part of its weight and bias.
 * @param statistics what the statistics graph gave, by output name
 * @throws if statistics are missing or are of other sizes
 */
export function frozenStatisticsGraph(graph: Graph, statistics: NormalizationStatistics): Graph {
  const numbers = normalizationNumbers(graph);
  return rewriteGraph(graph, (node, output) => {
    const number = numbers.get(output.node);
    if (node.operator !== 'InstanceNormalization' || number === undefined) return undefined;
    const channels = Number(output.shape[1]);
    const { factor, offset } = affineOf(node, {
      mean: statisticNamed(statistics, meanName(number), channels),
      variance: statisticNamed(statistics, varianceName(number), channels),
    });
    return scaled(required(node.inputs, 0), factor, offset);
  });
}

/** The normalisations of a graph, numbered from 1. */
function normalizationNumbers(graph: Graph): ReadonlyMap<Node, number> {
  const normalizations = sortNodes(graph).filter((node) => node.operator === 'InstanceNormalization');
  return new Map(normalizations.map((node, index) => [node, index + 1]));
}

/**
 * The variance is that of the differences from the mean: the mean square less the squared mean would drown a small one in
 * rounding errors, as would a sum of a million numbers, so that rows are summed first.
 */
function normalization({ inputs, attributes }: Node<'InstanceNormalization'>) {
  const [x, scale, bias] = [required(inputs, 0), required(inputs, 1), required(inputs, 2)];
  const channels = Number(scale.shape[0]);
  const planes = (vector: Value) => reshape(vector, [1, channels, 1, 1]);
  const rowMeans = reduceMean(x, [3], 1);
  const mean = reduceMean(rowMeans, [0, 2, 3], 0);
  const centred = sub(x, planes(mean));
  const variance = div(reduceSum(reduceSumSquare(centred, [3], 1), [0, 2, 3], 0), pixelCount(x));
  const factor = planes(div(scale, sqrt(add(variance, attributes.epsilon))));
  return { mean, variance, normalized: add(mul(centred, factor), planes(bias)) };
}

/** The height of x times its width, as a vector of one number. */
function pixelCount(x: Value): Value {
  const sizes = cast(shapeOf(x), 'float32');
  const side = (axis: number) => slice(sizes, { axes: [0], starts: [axis], ends: [axis + 1] });
  return mul(side(2), side(3));
}

/**
 * A channel that deviates less than this part of the largest mean is taken as flat. Such deviations are hardly more than
 * errors of float32, which a division by √ε makes three hundred times as large, in one layer after the other.
 */
const flatness = 2e-5;

/** (x − mean) / √(variance + ε) · scale + bias as factor · x + offset in each channel. */
function affineOf({ inputs, attributes }: Node<'InstanceNormalization'>, { mean, variance }: Moments) {
  const [, scale, bias] = inputs.map((value) => (value ? frozenTensor(value)?.data : undefined));
  if (!scale || !bias) throw new Error('Expected scale and bias of an instance normalisation to be constants');
  const flat = (flatness * Math.max(...mean.map(Math.abs))) ** 2;
  const factor = Float64Array.from(variance, (own, channel) =>
    own <= flat ? 0 : (scale[channel] ?? 0) / Math.sqrt(own + attributes.epsilon),
  );
  return { factor, offset: factor.map((value, channel) => (bias[channel] ?? 0) - value * (mean[channel] ?? 0)) };
}

/** What a normalisation finds in a picture, by channel. */
interface Moments {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

function statisticNamed(statistics: NormalizationStatistics, name: string, channels: number): Float32Array {
  const values = statistics.get(name);
  if (values?.length === channels) return values;
  throw new Error(`Expected ${channels} values of ${name} but received ${values?.length ?? 'none'}`);
}

/** factor · x + offset in each channel, as far up in the graph as it can be computed. */
function scaled(x: Value, factor: Float64Array, offset: Float64Array): Value {
  const plane = (values: Float64Array) => constant(floatTensor([1, values.length, 1, 1], Float32Array.from(values)));
  return (
    scaledConvolution(x, factor, offset) ??
    scaledPhases(x, factor, offset) ??
    scaledMiddle(x, factor, offset) ??
    add(mul(x, plane(factor)), plane(offset))
  );
}

/** DepthToSpace takes the channels of a block's pixels one pixel after the other. */
function scaledPhases(x: Value, factor: Float64Array, offset: Float64Array): Value | undefined {
  if (x.kind !== 'result' || x.node.operator !== 'DepthToSpace') return undefined;
  const { blocksize } = x.node.attributes;
  const repeated = (values: Float64Array) =>
    Float64Array.from({ length: blocksize ** 2 * values.length }, (_, index) => values[index % values.length] ?? 0);
  return depthToSpace(scaled(required(x.node.inputs, 0), repeated(factor), repeated(offset)), blocksize);
}

/** What is left of a picture when its border is cut off. */
function scaledMiddle(x: Value, factor: Float64Array, offset: Float64Array): Value | undefined {
  if (x.kind !== 'result' || x.node.operator !== 'Pad') return undefined;
  const pads = x.node.inputs[1]?.contents?.map(Number) ?? [];
  if (pads.length === 0 || !pads.every((size) => size <= 0)) return undefined;
  return pad(scaled(required(x.node.inputs, 0), factor, offset), pads, x.node.attributes.mode);
}

/** factor · (W ∗ x + b) + offset = (factor · W) ∗ x + (factor · b + offset). */
function scaledConvolution(x: Value, factor: Float64Array, offset: Float64Array): Value | undefined {
  if (x.kind !== 'result' || x.node.operator !== 'Conv') return undefined;
  const [picture, weight, bias = null] = x.node.inputs;
  const frozenWeight = weight ? frozenTensor(weight) : undefined;
  const frozenBias = bias ? frozenTensor(bias) : floatTensor([factor.length], new Float32Array(factor.length));
  if (!picture || !frozenWeight || !frozenBias) return undefined;
  const newBias = offset.map((value, channel) => value + (factor[channel] ?? 0) * (frozenBias.data[channel] ?? 0));
  return conv(
    picture,
    constant(scaleRows(frozenWeight, factor)),
    constant(floatTensor([newBias.length], Float32Array.from(newBias))),
    x.node.attributes,
  );
}

/** The weight [O, I, kH, kW] with each output channel's part multiplied by its factor. */
function scaleRows({ shape, data }: FloatTensor, factor: Float64Array): FloatTensor {
  const row = data.length / factor.length;
  return floatTensor(
    shape,
    data.map((value, index) => value * (factor[Math.floor(index / row)] ?? 0)),
  );
}
