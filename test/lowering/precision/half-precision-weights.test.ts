import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../../src/graph-builder/ir/sort-nodes.ts';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { writeOnnx } from '../../../src/graph-builder/onnx/onnx-file.ts';
import { add, conv, mul } from '../../../src/graph-builder/operators/index.ts';
import { psnr } from '../../../src/image/compare.ts';
import { fromPlanar } from '../../../src/image/picture.ts';
import { halfPrecisionWeights } from '../../../src/lowering/precision/half-precision-weights.ts';
import { windowOf } from '../../graph-builder/operators/window-cases.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { type NumberTensor, numberTensor, tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../../helpers/tiny-network.ts';

const network = (channels: number) => {
  const options = { ...tinyNetwork, channels };
  return inferenceGraph(options, randomParameters(options, 1));
};

const weights = (shape: readonly number[], scale = 1) =>
  constant(floatTensor(shape, Float32Array.from(randomTensor(shape, 2, -scale, scale).data)), 'weight');

const graphOf = (x: Value, value: Value): Graph => ({
  name: 'test',
  inputs: x.kind === 'input' ? [x] : [],
  outputs: [{ name: 'y', value }],
});

function casts(graph: Graph): number {
  return sortNodes(graph).filter(({ operator }) => operator === 'Cast').length;
}

const picture = (tensor: NumberTensor, width: number, height: number) =>
  fromPlanar(Float32Array.from(tensor.data), width, height);

describe('halfPrecisionWeights', () => {
  it('halves the file of a network of 16 channels', () => {
    const graph = network(16);
    const share = writeOnnx(halfPrecisionWeights(graph)).length / writeOnnx(graph).length;
    expect(share).toBeLessThanOrEqual(0.51);
    expect(share).toBeGreaterThan(0.5);
  });

  it('keeps the pictures: PSNR of at least 50 dB, and not the very same', async () => {
    const [width, height] = [37, 26];
    const graph = network(16);
    const feeds = { image: randomPictures(1, height, width) };
    const expected = tensorNamed(await runGraph(graph, feeds), 'stylized');
    const halved = tensorNamed(await runGraph(halfPrecisionWeights(graph), feeds), 'stylized');
    const decibels = psnr(picture(expected, width, height), picture(halved, width, height));
    expect(decibels).toBeGreaterThan(50);
    expect(halved.data).not.toEqual(expected.data);
  });

  it('computes in ONNX Runtime what it says', async () => {
    const graph = halfPrecisionWeights(network(4));
    expect(casts(graph)).toBeGreaterThan(10);
    const feeds = { image: randomPictures(1, 13, 11) };
    expectAllClose(await runGraph(graph, feeds), evaluateGraph(graph, feeds), 1e-5);
  });

  it('keeps a weight that is read twice once, under its name', () => {
    const x = input('x', 'float32', [1, 8, 6, 6]);
    const weight = weights([8, 8, 3, 3]);
    const graph = halfPrecisionWeights(graphOf(x, conv(conv(x, weight, null, windowOf(3)), weight, null, windowOf(3))));
    expect(casts(graph)).toBe(1);
    const [reader] = sortNodes(graph).filter(({ operator }) => operator === 'Cast');
    expect(reader?.inputs[0]).toMatchObject({ kind: 'constant', type: 'float16', name: 'weight' });
  });

  it('rounds exactly the weights', () => {
    const x = input('x', 'float32', [300]);
    const graph = halfPrecisionWeights(graphOf(x, mul(x, weights([300]))));
    const y = tensorNamed(evaluateGraph(graph, { x: numberTensor([300], new Array(300).fill(1)) }), 'y');
    const rounding = randomTensor([300], 2, -1, 1).data.map((value, index) =>
      Math.abs((y.data[index] ?? 0) / value - 1),
    );
    expect(Math.max(...rounding)).toBeLessThanOrEqual(2 ** -11 + 1e-7);
  });

  it.each<[string, (x: Value) => Value]>([
    ['small arrays', (x) => add(mul(x, weights([255])), 1)],
    ['arrays with values beyond half precision', (x) => mul(x, weights([300], 1e6))],
  ])('leaves %s alone', (_, build) => {
    const x = input('x', 'float32', [1]);
    const value = build(x);
    expect(halfPrecisionWeights(graphOf(x, value)).outputs[0]?.value).toBe(value);
  });

  it('changes nothing the second time', () => {
    const once = halfPrecisionWeights(network(4));
    expect(Buffer.from(writeOnnx(halfPrecisionWeights(once))).equals(writeOnnx(once))).toBe(true);
  });
});
