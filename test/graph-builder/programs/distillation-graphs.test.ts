import { describe, expect, it } from 'vitest';
import { input } from '../../../src/graph-builder/ir/value.ts';
import { lowRankParameters } from '../../../src/graph-builder/networks/low-rank.ts';
import { freezeLossNetwork, vggLayers } from '../../../src/graph-builder/networks/vgg.ts';
import { vggConvolutionsTo } from '../../../src/graph-builder/networks/vgg-architecture.ts';
import { distillationGraph, responseStatisticsGraph } from '../../../src/graph-builder/programs/distillation-graphs.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { tinyVggWeights } from '../../helpers/vgg-files.ts';

const [batch, size, deepest] = [1, 8, 'relu2_1'];
const teacher = freezeLossNetwork(tinyVggWeights('vgg19', deepest));
const ranks = new Map([
  ['conv1_2', 3],
  ['conv2_1', 2],
]);
const content = randomTensor([batch, 3, size, size], 1, 0, 255);

describe('the distillation graph', () => {
  it('has the gradient of its loss with respect to every parameter of the student', async () => {
    const graph = distillationGraph({
      teacher,
      ranks,
      deepest,
      styleLayers: ['relu1_1', 'relu2_1'],
      meanDiscount: 0.8,
      batch,
      size,
    });
    const parameters = lowRankParameters(vggConvolutionsTo('vgg19', deepest), ranks);
    const values = parameters.map(
      ({ name, shape }, index) => [name, randomTensor(shape, 2 + index, -0.2, 0.2)] as const,
    );
    const feeds = { ...Object.fromEntries(values), content };
    const differentiated = parameters.map(({ name }) => name);
    const expected = checkVjp({ graph, feeds, differentiated }, 1e-7);
    expectAllClose(await runGraph(graph, feeds), expected, 1e-3);
  });
});

it('needs a style layer that the student computes by itself', () => {
  const shallow = {
    teacher,
    ranks: new Map([['conv1_2', 3]]),
    deepest: 'relu1_2',
    styleLayers: ['relu1_1', 'relu2_1'],
    meanDiscount: 0.8,
  };
  expect(() => distillationGraph({ ...shallow, batch, size })).toThrow(
    'Expected a student that reaches a style layer (relu1_1, relu2_1) beyond relu1_1, which it shares, but its deepest layer is relu1_2',
  );
});

describe('the response statistics graph', () => {
  it('gives the means and products of the responses over the pixels', async () => {
    const image = input('content', 'float32', [batch, 3, size, size]);
    const layers = vggLayers(image, teacher, deepest);
    const layerNamed = (layer: string) => {
      const found = layers.get(layer);
      if (!found) throw new Error(layer);
      return found;
    };
    const outputs = [
      { name: 'response', value: layerNamed('relu1_2').response },
      { name: 'read', value: layerNamed('relu1_1').next },
    ];
    const computed = await runGraph({ name: 'responses', inputs: [image], outputs }, { content });
    const [response, read] = outputs.map(({ name }) => tensorNamed(computed, name).data);
    const statistics = await runGraph(responseStatisticsGraph({ teacher, deepest, batch, size }), { content });
    const pixels = size * size;
    const channelOf = (all: ArrayLike<number> | undefined, index: number) =>
      Array.from(all ?? []).slice(index * pixels, (index + 1) * pixels);
    const channel = (index: number) => channelOf(response, index);
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
    const ones = new Array<number>(pixels).fill(1);
    expect(tensorNamed(statistics, 'relu1_2.mean').data[5]).toBeCloseTo(dot(channel(5), ones) / pixels, 3);
    expect(tensorNamed(statistics, 'relu1_2.product').data[5 * 64 + 9]).toBeCloseTo(
      dot(channel(5), channel(9)) / pixels / 64,
      3,
    );
    expect(tensorNamed(statistics, 'relu1_2.input').data[7 * 64 + 2]).toBeCloseTo(
      dot(channelOf(read, 7), channelOf(read, 2)) / pixels / 64,
      3,
    );
  });
});
