import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../../src/graph-builder/ir/sort-nodes.ts';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { add, conv, depthToSpace, pad, relu } from '../../../src/graph-builder/operators/index.ts';
import {
  type ConvolutionRanges,
  quantizableConvolutions,
  quantizeConvolutions,
} from '../../../src/lowering/precision/quantized-convolutions.ts';
import { windowOf } from '../../graph-builder/operators/window-cases.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { tensorNamed } from '../../helpers/number-tensor.ts';
import { multipliesBytesExactly } from '../../helpers/processor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';

const floats = (shape: readonly number[], seed: number, size = 1) =>
  constant(floatTensor(shape, Float32Array.from(randomTensor(shape, seed, -size, size).data)));

const border = [0, 0, 1, 1, 0, 0, 1, 1];
const shape = [1, 3, 9, 8];

/** Channels of very different sizes, so that one scale for all would show. */
const unevenWeight = (outputs: number, inputs: number) => {
  const values = randomTensor([outputs, inputs, 3, 3], 2).data;
  const perOutput = values.length / outputs;
  return constant(
    floatTensor(
      [outputs, inputs, 3, 3],
      Float32Array.from(values, (value, index) => value * 10 ** -(Math.floor(index / perOutput) % 4)),
    ),
  );
};

function graphOf(build: (x: Value) => Value): Graph {
  const x = input('x', 'float32', shape);
  return { name: 'test', inputs: [x], outputs: [{ name: 'y', value: build(x) }] };
}

/** The exact ranges of every convolution of a graph for some input. */
function rangesOf(graph: Graph): ReadonlyMap<Value, ConvolutionRanges> {
  const convolutions = quantizableConvolutions(graph);
  const outputs = convolutions.flatMap(({ input: before, output: after }, index) => [
    { name: `in${index}`, value: before },
    { name: `out${index}`, value: after },
  ]);
  const values = evaluateGraph({ ...graph, outputs }, { x: randomTensor(shape, 1) });
  const range = (data: Float64Array) => ({ minimum: Math.min(...data), maximum: Math.max(...data) });
  return new Map(
    convolutions.map(({ output }, index) => {
      const {
        data,
        shape: [, channels = 1],
      } = tensorNamed(values, `out${index}`);
      const size = data.length / channels;
      const outputs = Array.from({ length: channels }, (_, channel) =>
        range(data.slice(channel * size, (channel + 1) * size)),
      );
      return [output, { input: range(tensorNamed(values, `in${index}`).data), outputs }] as const;
    }),
  );
}

const cases: readonly (readonly [string, (x: Value) => Value])[] = [
  ['a convolution', (x) => conv(x, unevenWeight(4, 3), null, windowOf(3))],
  ['a bias', (x) => conv(x, unevenWeight(4, 3), floats([4], 3, 2), windowOf(3, 2, 1))],
  ['a border', (x) => conv(pad(x, border, 'reflect'), unevenWeight(4, 3), null, windowOf(3))],
  [
    'one after the other',
    (x) => conv(relu(conv(x, unevenWeight(4, 3), null, windowOf(3))), floats([2, 4, 3, 3], 4), null, windowOf(3)),
  ],
  [
    'a result that is always positive',
    (x) => conv(relu(x), constant(floatTensor([1, 3, 1, 1], Float32Array.of(1, 2, 3))), floats([1], 5), windowOf(1)),
  ],
  [
    'channels as pixels, cut off',
    (x) =>
      pad(depthToSpace(conv(x, unevenWeight(8, 3), null, windowOf(3)), 2), [0, 0, -1, -1, 0, 0, -1, -1], 'constant'),
  ],
];

describe('quantizeConvolutions', () => {
  it.each(cases)('keeps the function but for the rounding: %s', (_, build) => {
    const graph = graphOf((x) => add(build(x), 0));
    const quantized = quantizeConvolutions(graph, rangesOf(graph));
    const feeds = { x: randomTensor(shape, 1) };
    const exact = tensorNamed(evaluateGraph(graph, feeds), 'y');
    const rounded = tensorNamed(evaluateGraph(quantized, feeds), 'y');
    const [, channels = 1] = exact.shape;
    const size = exact.data.length / channels;
    for (let channel = 0; channel < channels; channel++) {
      const own = (data: Float64Array) => data.slice(channel * size, (channel + 1) * size);
      const range = Math.max(...own(exact.data), 0) - Math.min(...own(exact.data), 0);
      const distances = own(exact.data).map((value, index) =>
        Math.abs(value - (own(rounded.data)[index] ?? Number.NaN)),
      );
      expect(Math.max(...distances) / range, `channel ${channel}`).toBeLessThan(0.03);
      expect(Math.max(...distances), `channel ${channel}`).toBeGreaterThan(0);
    }
  });

  it.skipIf(!multipliesBytesExactly).each(cases)(
    'runs as it is meant to, on a processor with VNNI: %s',
    async (_, build) => {
      const graph = graphOf((x) => add(build(x), 0));
      const quantized = quantizeConvolutions(graph, rangesOf(graph));
      const feeds = { x: randomTensor(shape, 1) };
      // A sum that lies halfway between two whole numbers may be rounded either way: one step of 255.
      expectAllClose(await runGraph(quantized, feeds), evaluateGraph(quantized, feeds), 0.006);
    },
  );

  it('moves pixels as bytes', () => {
    const graph = graphOf((x) => add(cases[5]?.[1](x) ?? x, 0));
    const moved = sortNodes(quantizeConvolutions(graph, rangesOf(graph))).filter(({ operator }) =>
      ['Pad', 'DepthToSpace'].includes(operator),
    );
    expect(moved.map(({ operator, inputs }) => `${operator} ${inputs[0]?.type}`)).toEqual([
      'DepthToSpace uint8',
      'Pad uint8',
    ]);
  });

  it('quantises the convolutions for which there are ranges, and no others', () => {
    const graph = graphOf((x) => add(cases[3]?.[1](x) ?? x, 0));
    const [first] = rangesOf(graph);
    const types = (changed: Graph) =>
      sortNodes(changed).flatMap(({ operator, inputs }) =>
        operator === 'Conv' ? [inputs[1]?.kind === 'constant' ? 'float' : 'int8'] : [],
      );
    expect(types(quantizeConvolutions(graph, new Map(first ? [first] : [])))).toEqual(['int8', 'float']);
    expect(quantizeConvolutions(graph, new Map()).outputs[0]?.value).toBe(graph.outputs[0]?.value);
  });

  it('finds no convolution of a large window over few channels', () => {
    expect(quantizableConvolutions(graphOf((x) => conv(x, floats([2, 3, 7, 7], 1), null, windowOf(7))))).toEqual([]);
    expect(quantizableConvolutions(graphOf((x) => conv(x, floats([2, 3, 5, 5], 1), null, windowOf(5))))).toHaveLength(
      1,
    );
  });

  it('finds no convolution of a weight that is an input', () => {
    const weight = input('weight', 'float32', [2, 3, 3, 3]);
    expect(quantizableConvolutions(graphOf((x) => conv(x, weight, null, windowOf(3))))).toEqual([]);
  });
});
