import { sortNodes } from '../ir/sort-nodes.ts';
import { type FloatTensor, floatTensor } from '../ir/tensor.ts';
import { constant, type Graph, type Node, type Value } from '../ir/value.ts';
import {
  add,
  cast,
  conv,
  depthToSpace,
  div,
  max,
  mul,
  pad,
  reduceMean,
  reduceSumSquare,
  shapeOf,
  slice,
  sqrt,
  sub,
} from '../operators/index.ts';
import { required } from '../operators/inference.ts';
import { frozenTensor } from './frozen-tensor.ts';
import { rewriteGraph } from './rewrite.ts';

/*
 * Instance normalisation takes its statistics from the whole picture, so that a picture cannot simply be painted in parts.
 * These passes take the statistics from a small copy of it once and hold them fast (Chen et al., *Towards Ultra-Resolution
 * Neural Style Transfer via Thumbnail Instance Normalization*, AAAI 2022).
 */

/** What the normalisations of a graph do to one picture: factor · x + offset in each channel. */
export type NormalizationStatistics = ReadonlyMap<string, Float32Array>;

const factorName = (number: number) => `normalization.${number}.factor`;
const offsetName = (number: number) => `normalization.${number}.offset`;

/**
 * The graph of what a style network's instance normalisations do to a picture: its input → `normalization.K.factor` and
 * `normalization.K.offset` [C] for the K-th of them, from 1.
 * @throws if the graph normalises nothing
 */
export function statisticsGraph(graph: Graph): Graph {
  const normalizations = normalizationsOf(graph);
  if (normalizations.length === 0) throw new Error(`Expected instance normalisations in the graph ${graph.name}`);
  const outputs = normalizations.flatMap((node, index) => {
    const { factor, offset } = affineOf(node);
    return [
      { name: factorName(index + 1), value: factor },
      { name: offsetName(index + 1), value: offset },
    ];
  });
  return { name: 'statistics', inputs: graph.inputs, outputs };
}

/**
 * A style network whose normalisations do what the statistics say, whatever the picture: each pixel depends on its
 * neighbourhood alone. Where a convolution comes before, factor and offset become part of its weight and bias.
 * @param statistics what the statistics graph gave, by output name
 * @throws if statistics are missing or are of other sizes
 */
export function frozenStatisticsGraph(graph: Graph, statistics: NormalizationStatistics): Graph {
  const numbers = new Map<Node, number>(normalizationsOf(graph).map((node, index) => [node, index + 1]));
  return rewriteGraph(graph, (node, output) => {
    const number = output.kind === 'result' ? numbers.get(output.node) : undefined;
    if (node.operator !== 'InstanceNormalization' || number === undefined) return undefined;
    const channels = Number(output.shape[1]);
    const factor = statisticNamed(statistics, factorName(number), channels);
    const offset = statisticNamed(statistics, offsetName(number), channels);
    return scaled(required(node.inputs, 0), factor, offset);
  });
}

function normalizationsOf(graph: Graph): readonly Node<'InstanceNormalization'>[] {
  return sortNodes(graph).filter((node) => node.operator === 'InstanceNormalization');
}

/**
 * (x − mean) / √(variance + ε) · scale + bias as factor · x + offset, for one sample. The variance is the mean square less
 * the squared mean, since the differences from the mean would take as much memory as x again.
 */
function affineOf({ inputs, attributes }: Node<'InstanceNormalization'>) {
  const x = required(inputs, 0);
  const mean = reduceMean(x, [0, 2, 3], 0);
  const square = div(reduceSumSquare(x, [0, 2, 3], 0), pixelCount(x));
  const variance = max(sub(square, mul(mean, mean)), 0);
  const factor = div(required(inputs, 1), sqrt(add(variance, attributes.epsilon)));
  return { factor, offset: sub(required(inputs, 2), mul(mean, factor)) };
}

/** The height of x times its width, as a vector of one number. */
function pixelCount(x: Value): Value {
  const sizes = cast(shapeOf(x), 'float32');
  const side = (axis: number) => slice(sizes, { axes: [0], starts: [axis], ends: [axis + 1] });
  return mul(side(2), side(3));
}

function statisticNamed(statistics: NormalizationStatistics, name: string, channels: number): Float32Array {
  const values = statistics.get(name);
  if (values?.length === channels) return values;
  throw new Error(`Expected ${channels} values of ${name} but received ${values?.length ?? 'none'}`);
}

/** factor · x + offset in each channel, as far up in the graph as it can be computed. */
function scaled(x: Value, factor: Float32Array, offset: Float32Array): Value {
  const planes = (values: Float32Array) => constant(floatTensor([1, values.length, 1, 1], values));
  return (
    scaledConvolution(x, factor, offset) ??
    scaledPhases(x, factor, offset) ??
    scaledMiddle(x, factor, offset) ??
    add(mul(x, planes(factor)), planes(offset))
  );
}

/** DepthToSpace takes the channels of a block's pixels one pixel after the other. */
function scaledPhases(x: Value, factor: Float32Array, offset: Float32Array): Value | undefined {
  if (x.kind !== 'result' || x.node.operator !== 'DepthToSpace') return undefined;
  const { blocksize } = x.node.attributes;
  const repeated = (values: Float32Array) =>
    Float32Array.from({ length: blocksize ** 2 * values.length }, (_, index) => values[index % values.length] ?? 0);
  return depthToSpace(scaled(required(x.node.inputs, 0), repeated(factor), repeated(offset)), blocksize);
}

/** What is left of a picture when its border is cut off. */
function scaledMiddle(x: Value, factor: Float32Array, offset: Float32Array): Value | undefined {
  if (x.kind !== 'result' || x.node.operator !== 'Pad') return undefined;
  const pads = x.node.inputs[1]?.contents?.map(Number) ?? [];
  if (pads.length === 0 || !pads.every((size) => size <= 0)) return undefined;
  return pad(scaled(required(x.node.inputs, 0), factor, offset), pads, x.node.attributes.mode);
}

/** factor · (W ∗ x + b) + offset = (factor · W) ∗ x + (factor · b + offset). */
function scaledConvolution(x: Value, factor: Float32Array, offset: Float32Array): Value | undefined {
  if (x.kind !== 'result' || x.node.operator !== 'Conv') return undefined;
  const [picture, weight, bias = null] = x.node.inputs;
  const frozenWeight = weight ? frozenTensor(weight) : undefined;
  const frozenBias = bias ? frozenTensor(bias) : floatTensor([factor.length], new Float32Array(factor.length));
  if (!picture || !frozenWeight || !frozenBias) return undefined;
  const newBias = offset.map((value, channel) => value + (factor[channel] ?? 0) * (frozenBias.data[channel] ?? 0));
  return conv(
    picture,
    constant(scaleRows(frozenWeight, factor)),
    constant(floatTensor([newBias.length], newBias)),
    x.node.attributes,
  );
}

/** The weight [O, I, kH, kW] with each output channel's part multiplied by its factor. */
function scaleRows({ shape, data }: FloatTensor, factor: Float32Array): FloatTensor {
  const row = data.length / factor.length;
  return floatTensor(
    shape,
    data.map((value, index) => value * (factor[Math.floor(index / row)] ?? 0)),
  );
}
