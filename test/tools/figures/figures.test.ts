import { describe, expect, it } from 'vitest';
import { freezeLossNetwork } from '../../../src/graph-builder/networks/vgg.ts';
import { createWritingSession } from '../../../src/infer/session.node.ts';
import { type CurvePoint, nextPoint } from '../../../src/report/curves.ts';
import { featureMaps, mostVaried } from '../../../tools/figures/feature-maps.ts';
import { energyOrder, gramMatrices, reordered, sharedScale } from '../../../tools/figures/gram-matrices.ts';
import { lossCurvesFigure } from '../../../tools/figures/loss-curves-figure.ts';
import { shownSteps } from '../../../tools/figures/steps-figure.node.ts';
import { transformNetworkLayers } from '../../../tools/figures/transform-network-layers.ts';
import { vividPicture } from '../../helpers/pictures.ts';
import { tinyVggWeights } from '../../helpers/vgg-files.ts';

const createSession = (model: Uint8Array) => createWritingSession(model, { device: 'cpu', threads: 1 });
const lossNetwork = freezeLossNetwork(tinyVggWeights('vgg19', 'relu2_1'));

describe('the channels shown of a layer', () => {
  it('are those of highest variance, whatever lies along the border', () => {
    const size = 16;
    const inside = (x: number, y: number) => Math.min(x, y) > 1 && Math.max(x, y) < size - 2;
    const channel = (of: (x: number, y: number) => number) =>
      Array.from({ length: size * size }, (_, index) => of(index % size, Math.floor(index / size)));
    const features = Float32Array.from([
      ...channel(() => 900),
      ...channel((x, y) => (inside(x, y) ? 0 : 500)),
      ...channel((x) => x),
      ...channel((x) => 3 * x),
    ]);
    const maps = mostVaried(features, [4, size, size], 2);
    expect(maps.map((map) => map.channel)).toEqual([3, 2]);
    expect(maps[1]?.values).toEqual(features.slice(2 * size * size, 3 * size * size));
  });

  it('come with the size of the layer', async () => {
    const maps = await featureMaps(lossNetwork, ['relu2_1', 'relu1_1'], vividPicture(40, 24), 3, createSession);
    expect(maps).toMatchObject([
      { layer: 'relu2_1', channels: 128, width: 20, height: 12 },
      { layer: 'relu1_1', channels: 64, width: 40, height: 24 },
    ]);
    expect(maps.map((layer) => layer.maps.map(({ values }) => values.length))).toEqual([
      [240, 240, 240],
      [960, 960, 960],
    ]);
  });
});

describe('the Gram matrices shown', () => {
  it('are the mean products of the features', async () => {
    const [picture, layer] = [vividPicture(24, 16), 'relu2_1'];
    const [all] = await featureMaps(lossNetwork, [layer], picture, 128, createSession);
    const gram = (await gramMatrices(lossNetwork, [layer], picture, createSession)).get(layer);
    if (!all || !gram) throw new Error(`Expected features and a Gram matrix of ${layer}`);
    expect(gram.size).toBe(128);
    const byChannel = new Map(all.maps.map(({ channel, values }) => [channel, values]));
    for (const [row, column] of [
      [0, 0],
      [3, 90],
      [127, 64],
    ] as const) {
      const [a, b] = [byChannel.get(row), byChannel.get(column)];
      const sum = a?.reduce((total, value, index) => total + value * (b?.[index] ?? Number.NaN), 0) ?? Number.NaN;
      const expected = sum / (128 * 12 * 8);
      expect(Math.abs((gram.values[row * 128 + column] ?? Number.NaN) - expected)).toBeLessThan(1e-5 * (1 + expected));
    }
  });

  it('have their channels in the order of the energy, on one scale of four decades', () => {
    const gram = { size: 3, values: Float32Array.from([1, 2, 3, 2, 100, 6, 3, 6, 10]) };
    const order = energyOrder(gram);
    expect(order).toEqual([1, 2, 0]);
    expect([...reordered(gram, order).values]).toEqual([100, 6, 2, 6, 10, 3, 2, 3, 1]);
    const scale = sharedScale([gram, { size: 1, values: Float32Array.from([1000]) }]);
    expect([1000, 10, 0.1, 0.001, 0].map(scale.of)).toEqual([1, 0.5, 0, 0, 0]);
  });
});

it('shows the steps nearest to 50, 200 and 1000, and the last, each once', () => {
  expect(shownSteps([50, 100, 150, 200, 1000, 1950, 2000])).toEqual([50, 200, 1000, 2000]);
  expect(shownSteps([100, 200, 300, 400])).toEqual([100, 200, 400]);
  expect(shownSteps([7])).toEqual([7]);
});

describe('the transform network as drawn', () => {
  const options = { channels: 8, upsampling: 'resize', padding: 'reflect', output: 'tanh' } as const;

  it('has sixteen convolutions with the shapes of their results', () => {
    const layers = transformNetworkLayers(options, 64);
    expect(layers).toHaveLength(16);
    expect(layers.slice(0, 3)).toEqual([
      { scope: 'encoder.conv1', kernel: 9, stride: 1, doubling: null, shape: [8, 64, 64] },
      { scope: 'encoder.conv2', kernel: 3, stride: 2, doubling: null, shape: [16, 32, 32] },
      { scope: 'encoder.conv3', kernel: 3, stride: 2, doubling: null, shape: [32, 16, 16] },
    ]);
    expect(layers.at(-2)).toEqual({
      ...{ scope: 'decoder.conv2', kernel: 3, stride: 1, doubling: 'nearest', shape: [8, 64, 64] },
    });
  });

  it('tells transposed convolutions and zero padding', () => {
    const layers = transformNetworkLayers({ ...options, upsampling: 'deconv', padding: 'zero' }, 64);
    expect(layers.map(({ doubling }) => doubling).filter((doubling) => doubling !== null)).toEqual([
      'transposed',
      'transposed',
    ]);
  });
});

describe('the loss curves', () => {
  const points: CurvePoint[] = [];
  for (const [index, loss] of [4, 2, Number.NaN, 1].entries()) {
    const values = { loss, content: 1, style: 0.1, tv: 0, imagesPerSecond: 1, learningRate: null };
    points.push(nextPoint({ step: index + 1, ...values }, points.at(-1), index));
  }

  it('are drawn without values that a logarithmic axis cannot show', () => {
    const svg = lossCurvesFigure(points, [{ step: 4, loss: 3, content: null, style: 0.2, tv: 0 }]);
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg).toContain('kept out of the training');
  });

  it('ask for two steps', () => {
    expect(() => lossCurvesFigure(points.slice(0, 1), [])).toThrow('at least two steps');
  });
});
