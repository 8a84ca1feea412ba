import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatShape, symbolic } from '../../../src/graph-builder/ir/dimension.ts';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { type Graph, input } from '../../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { constantParameters } from '../../../src/graph-builder/networks/parameters.ts';
import {
  type TransformNetworkOptions,
  transformNetwork,
  transformNetworkParameters,
} from '../../../src/graph-builder/networks/transform-network.ts';
import { clip } from '../../../src/graph-builder/operators/index.ts';
import { expectClose } from '../../helpers/closeness.ts';
import { tensorNamed } from '../../helpers/number-tensor.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { type LoadedGraph, loadGraph } from '../../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../../helpers/tiny-network.ts';

const parameters = randomParameters(tinyNetwork, 11);

/** Height, width and batch of pictures: single pixels, smaller than the network's border, odd, multiples of four. */
const pictureSizes = [
  [1, 1, 1],
  [1, 7, 1],
  [5, 3, 1],
  [7, 8, 1],
  [8, 8, 1],
  [9, 10, 2],
  [11, 1, 1],
  [63, 65, 1],
  [64, 64, 2],
  [37, 101, 1],
] as const;

describe('the inference graph', () => {
  const graph = inferenceGraph(tinyNetwork, parameters);
  let loaded: LoadedGraph;
  beforeAll(async () => {
    loaded = await loadGraph(graph);
  });
  afterAll(() => loaded.release());

  it('declares an output of the size of its input', () => {
    expect(graph.outputs.map(({ name, value }) => [name, formatShape(value.shape)])).toEqual([
      ['stylized', '[N, 3, H, W]'],
    ]);
  });

  it.each(pictureSizes)('gives %i × %i pictures back in their size, in 0..255', async (height, width, batch) => {
    const image = randomPictures(batch, height, width);
    const stylized = tensorNamed(await loaded.run({ image }), 'stylized');
    expect([...stylized.shape]).toEqual([batch, 3, height, width]);
    expect(stylized.data.every((value) => value >= 0 && value <= 255)).toBe(true);
    expect(new Set(stylized.data).size, 'not one constant colour').toBeGreaterThan(1);
  });

  it.each([
    [5, 3],
    [9, 10],
    [13, 8],
  ])('agrees with the float64 reference at %i × %i', async (height, width) => {
    const feeds = { image: randomPictures(1, height, width, 2) };
    const expected = tensorNamed(evaluateGraph(graph, feeds), 'stylized');
    expectClose(tensorNamed(await loaded.run(feeds), 'stylized'), expected, 1e-4);
  });

  it('paints each picture of a batch as it paints it alone', async () => {
    const both = randomPictures(2, 12, 10);
    const half = both.data.length / 2;
    const second = { ...both, shape: [1, 3, 12, 10], data: both.data.slice(half) };
    const together = tensorNamed(await loaded.run({ image: both }), 'stylized');
    const alone = tensorNamed(await loaded.run({ image: second }), 'stylized');
    expectClose({ ...together, shape: alone.shape, data: together.data.slice(half) }, alone, 1e-5);
  });
});

describe('the inference graph of every variant of the network', () => {
  const variants: readonly TransformNetworkOptions[] = [
    tinyNetwork,
    { ...tinyNetwork, upsampling: 'deconv' },
    { ...tinyNetwork, padding: 'zero' },
    { ...tinyNetwork, output: 'linear', padding: { default: 'zero', layers: { 'encoder.conv1': 'reflect' } } },
  ];

  it.each(variants)('is the network itself for multiples of four: $upsampling, $padding, $output', async (options) => {
    const tensors = randomParameters(options, 5);
    const image = input('image', 'float32', [1, 3, 16, 20]);
    const network: Graph = {
      name: 'network',
      inputs: [image],
      outputs: [
        { name: 'stylized', value: clip(transformNetwork(image, options, constantParameters(tensors)), 0, 255) },
      ],
    };
    const feeds = { image: randomPictures(1, 16, 20, 3) };
    const expected = tensorNamed(evaluateGraph(network, feeds), 'stylized');
    const loaded = await loadGraph(inferenceGraph(options, tensors));
    try {
      expectClose(tensorNamed(await loaded.run(feeds), 'stylized'), expected, 1e-4);
    } finally {
      await loaded.release();
    }
  });
});

describe('parameters', () => {
  it('have the names and shapes of the layers, in their order', () => {
    const shapes = transformNetworkParameters({ ...tinyNetwork, channels: 32 });
    const named = new Map(shapes.map(({ name, shape }) => [name, shape]));
    expect(named.size).toBe(shapes.length);
    expect(shapes[0]).toEqual({ name: 'encoder.conv1.weight', shape: [32, 3, 9, 9] });
    expect(named.get('residual.5.conv2.weight')).toEqual([128, 128, 3, 3]);
    expect(named.get('decoder.conv3.bias')).toEqual([3]);
    // Johnson et al.'s network has 1 679 235 parameters with biases everywhere; the 1600 that would cancel are left out.
    const count = shapes.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
    expect(count).toBe(1_679_235 - (32 + 64 + 128 + 10 * 128 + 64 + 32));
  });

  it('must all be there, with their shapes', () => {
    const image = input('image', 'float32', [symbolic('N'), 3, 16, 16]);
    const network = (tensors: typeof parameters) => transformNetwork(image, tinyNetwork, constantParameters(tensors));
    const without = new Map([...parameters].filter(([name]) => name !== 'residual.3.norm2.scale'));
    expect(() => network(without)).toThrow('Expected a parameter residual.3.norm2.scale of shape [8] but found none');
    const misshapen = new Map([...parameters, ['decoder.conv3.bias', floatTensor([2], new Float32Array(2))] as const]);
    expect(() => network(misshapen)).toThrow(
      'Expected the shape [3] for the parameter decoder.conv3.bias but received [2]',
    );
  });
});
