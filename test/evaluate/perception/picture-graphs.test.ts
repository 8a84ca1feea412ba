import { describe, expect, it } from 'vitest';
import { layersOf } from '../../../src/evaluate/perception/layers.ts';
import { comparisonGraph, paintingGraph } from '../../../src/evaluate/perception/picture-graphs.ts';
import { input } from '../../../src/graph-builder/ir/value.ts';
import { freezeLossNetwork, vggFeatures } from '../../../src/graph-builder/networks/vgg.ts';
import { type NumberTensor, type NumberTensors, tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { tinyVggWeights } from '../../helpers/vgg-files.ts';

const weights = tinyVggWeights('vgg19', 'relu4_1');
const network = { lossNetwork: freezeLossNetwork(weights), layers: layersOf(weights) };

const picture = (height: number, width: number, seed: number) => randomTensor([1, 3, height, width], seed, 0, 255);

async function features(image: NumberTensor): Promise<NumberTensors> {
  const value = input('image', 'float32', image.shape);
  const outputs = [...vggFeatures(value, network.lossNetwork, network.layers)];
  return runGraph(
    { name: 'features', inputs: [value], outputs: outputs.map(([name, output]) => ({ name, value: output })) },
    { image },
  );
}

/** Features [1, C, H, W] by channel. */
function channelsOf({ shape, data }: NumberTensor): readonly Float64Array[] {
  const [, channels = 0, height = 0, width = 0] = shape;
  const size = height * width;
  return Array.from({ length: channels }, (_, channel) => data.subarray(channel * size, (channel + 1) * size));
}

const sum = (values: Iterable<number>) => Array.from(values).reduce((total, value) => total + value, 0);

/** Covariances of the channels, over C, in float64. */
function covariances(x: NumberTensor): readonly number[] {
  const centred = channelsOf(x).map((channel) => {
    const mean = sum(channel) / channel.length;
    return channel.map((value) => value - mean);
  });
  return centred.flatMap((a) =>
    centred.map(
      (b) => a.reduce((total, value, index) => total + value * (b[index] ?? 0), 0) / (a.length * centred.length),
    ),
  );
}

function relativeSquares(values: readonly number[], targets: readonly number[]): number {
  const difference = sum(values.map((value, index) => (value - (targets[index] ?? 0)) ** 2));
  return difference / sum(targets.map((target) => target ** 2));
}

/** The squared difference of unit vectors at each position, mean over positions, in float64. */
function unitDifference(a: NumberTensor, b: NumberTensor): number {
  const [ours, theirs] = [channelsOf(a), channelsOf(b)];
  const positions = ours[0]?.length ?? 0;
  const unitAt = (channels: readonly Float64Array[], position: number) => {
    const values = channels.map((channel) => channel[position] ?? 0);
    const length = Math.sqrt(sum(values.map((value) => value ** 2)));
    return values.map((value) => (length === 0 ? 0 : value / length));
  };
  const differences = Array.from({ length: positions }, (_, position) => {
    const [x, y] = [unitAt(ours, position), unitAt(theirs, position)];
    return sum(x.map((value, index) => (value - (y[index] ?? 0)) ** 2));
  });
  return sum(differences) / positions;
}

const scalar = (outputs: NumberTensors, name: string) => tensorNamed(outputs, name).data[0] ?? Number.NaN;

function styleTargets(painting: NumberTensors): NumberTensors {
  return Object.fromEntries(network.layers.map((layer) => [`style.${layer}`, tensorNamed(painting, `style.${layer}`)]));
}

describe('the comparison of pictures', () => {
  it('gives style and content as in float64', async () => {
    const [stylized, photograph, painting] = [picture(24, 32, 1), picture(24, 32, 2), picture(40, 24, 3)];
    const known = await runGraph(paintingGraph(network), { painting });
    const compared = await runGraph(comparisonGraph(network), { stylized, photograph, ...styleTargets(known) });
    const [ours, theirs, source] = [await features(stylized), await features(painting), await features(photograph)];
    for (const layer of network.layers) {
      const [x, y, z] = [tensorNamed(ours, layer), tensorNamed(theirs, layer), tensorNamed(source, layer)];
      const style = relativeSquares(covariances(x), covariances(y));
      expect(scalar(compared, `style.${layer}.error`) / style).toBeCloseTo(1, 3);
      expect(scalar(compared, `content.${layer}`) / unitDifference(x, z)).toBeCloseTo(1, 4);
    }
  });

  it('is 0 in style with the painting, in content with the photograph', async () => {
    const same = picture(24, 32, 4);
    const known = await runGraph(paintingGraph(network), { painting: same });
    const pictures = { stylized: same, photograph: same };
    const compared = await runGraph(comparisonGraph(network), { ...pictures, ...styleTargets(known) });
    for (const layer of network.layers) {
      expect(scalar(compared, `style.${layer}.error`)).toBeLessThan(1e-9);
      expect(scalar(compared, `content.${layer}`)).toBe(0);
    }
  });

  it('takes one patch from each whole cell of 8 pixels', async () => {
    const stylized = picture(27, 37, 5);
    const known = await runGraph(paintingGraph(network), { painting: stylized });
    const seen = await features(stylized);
    expect(tensorNamed(known, 'patches.relu4_1').shape).toEqual([1, 512, 12]);
    const patches = tensorNamed(known, 'patches.relu3_1');
    expect(patches.shape).toEqual([1, 256, 12]);
    // Of the second channel the cell in the second row and third column: 2×2 of 6×9 positions.
    const [, channel = new Float64Array()] = channelsOf(tensorNamed(seen, 'relu3_1'));
    const positions = [2 * 9 + 4, 2 * 9 + 5, 3 * 9 + 4, 3 * 9 + 5];
    const mean = sum(positions.map((position) => channel[position] ?? Number.NaN)) / 4;
    expect(patches.data[12 + 4 + 2]).toBeCloseTo(mean, 4);
  });
});

describe('the layers of a comparison', () => {
  it('are those that the weights reach', () => {
    expect(network.layers).toEqual(['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1']);
    expect(layersOf(tinyVggWeights('vgg16', 'relu5_2'))).toContain('relu5_1');
    expect(() => layersOf(tinyVggWeights('vgg19', 'relu3_4'))).toThrow('up to relu4_1');
  });
});
