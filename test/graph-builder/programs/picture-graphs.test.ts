import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../../src/graph-builder/ir/sort-nodes.ts';
import { freezeLossNetwork } from '../../../src/graph-builder/networks/vgg.ts';
import { vggConvolutions } from '../../../src/graph-builder/networks/vgg-architecture.ts';
import type { Objective } from '../../../src/graph-builder/objective/objective.ts';
import { recipes } from '../../../src/graph-builder/objective/recipes.ts';
import type { DividedGraph } from '../../../src/graph-builder/programs/divide-graph.ts';
import { type PictureGraphOptions, pictureGraphs } from '../../../src/graph-builder/programs/picture-graphs.ts';
import { judgeGraph } from '../../../src/graph-builder/programs/training-graphs.ts';
import { loweredPictureGraphs } from '../../../src/lowering/programs.ts';
import { expectAllClose, expectClose } from '../../helpers/closeness.ts';
import {
  type NumberTensor,
  type NumberTensors,
  numberTensor,
  tensorFrom,
  tensorNamed,
} from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { tinyObjective } from '../../helpers/tiny-objective.ts';
import { tinyVggWeights } from '../../helpers/vgg-files.ts';

const { recipe } = tinyObjective();
/** Deep enough for convolutions of many channels, which have a form of their own on CPUs. */
const objective: Objective = {
  lossNetwork: freezeLossNetwork(tinyVggWeights('vgg19', 'relu2_2')),
  recipe: { ...recipe, contentLayer: 'relu2_2' },
};
const options: PictureGraphOptions = { objective, width: 24, height: 16 };
const shape = [1, 3, options.height, options.width];
const scalar = (value: number) => numberTensor([], [Math.fround(value)]);
const zeros = tensorFrom(shape, () => 0);

/** Style targets, weights and the photograph: what stays the same. */
const fixed: NumberTensors = {
  ...Object.fromEntries(recipe.styleLayers.map((layer) => [`style.${layer}`, target(layer)])),
  ...Object.fromEntries(recipe.styleLayers.map((layer) => [`weight.style.${layer}`, scalar(0.5)])),
  'weight.content': scalar(recipes.balanced.weights.content),
  'weight.style': scalar(recipes.balanced.weights.style),
  'weight.tv': scalar(recipes.balanced.weights.tv),
  content: randomTensor(shape, 1, 0, 255),
};
const start = { image: randomTensor(shape, 2, 0, 255), 'image.m': zeros, 'image.v': zeros };

function target(layer: string) {
  const convolution = vggConvolutions('vgg19').find(({ name }) => name === layer.replace('relu', 'conv'));
  const channels = convolution?.outputChannels ?? 0;
  return randomTensor([1, channels, channels], channels, 0, 1);
}

/** Only what a graph takes. */
function feedsOf({ inputs }: { readonly inputs: readonly { readonly name: string }[] }, feeds: NumberTensors) {
  return Object.fromEntries(inputs.map(({ name }) => [name, tensorNamed(feeds, name)]));
}

/** Some iterations of a learning rate from a start. */
async function iterate({ once, repeated }: DividedGraph, iterations: number, rate: number): Promise<NumberTensors> {
  const constants = { ...fixed, ...(await runGraph(once, feedsOf(once, fixed))) };
  let outputs: NumberTensors = {};
  let state: NumberTensors = start;
  for (let step = 1; step <= iterations; step++) {
    const feeds = { ...constants, ...state, step: scalar(step), learning_rate: scalar(rate) };
    outputs = await runGraph(repeated, feedsOf(repeated, feeds));
    state = Object.fromEntries(Object.keys(start).map((name) => [name, tensorNamed(outputs, `${name}.new`)]));
  }
  return outputs;
}

describe('pictureGraphs', () => {
  const graphs = pictureGraphs(options);

  it('gives the terms that the judge gives of the picture', async () => {
    const outputs = await iterate(graphs, 1, 1);
    const judged = await runGraph(judgeGraph(objective), { ...fixed, stylized: start.image });
    for (const [name, expected] of Object.entries(judged)) {
      expectClose(tensorNamed(outputs, name), expected, 1e-5, name);
    }
  });

  it('changes the picture against its gradient', async () => {
    // Adam's first step is g / (|g| + ε) of the learning rate, and the first moment a tenth of the gradient g.
    const outputs = await iterate(graphs, 1, 2);
    const gradient = tensorNamed(outputs, 'image.m.new').data.map((moment) => 10 * moment);
    const expected = start.image.data.map((value, index) => {
      const g = gradient[index] ?? Number.NaN;
      return Math.min(255, Math.max(0, value - (2 * g) / (Math.abs(g) + 1e-8)));
    });
    expectClose(tensorNamed(outputs, 'image.new'), numberTensor(shape, expected), 1e-5);
    const judge = judgeGraph(objective);
    const slope = await slopeAlong(gradient, async (image) =>
      Number(tensorNamed(await runGraph(judge, { ...fixed, stylized: image }), 'loss').data[0]),
    );
    expect(slope / gradient.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(1, 1);
  });

  it('lowers the loss, and keeps the pixels within 0..255', async () => {
    const first = await iterate(graphs, 1, 8);
    const last = await iterate(graphs, 12, 8);
    expect(tensorNamed(last, 'loss').data[0]).toBeLessThan(0.95 * Number(tensorNamed(first, 'loss').data[0]));
    const pixels = tensorNamed(last, 'image.new').data;
    expect(Math.min(...pixels)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...pixels)).toBeLessThanOrEqual(255);
  });

  it('looks at the photograph once', () => {
    expect(graphs.once.inputs.map(({ name }) => name)).toContain('content');
    expect(graphs.repeated.inputs.map(({ name }) => name)).not.toContain('content');
  });

  it('is the same function in the form for CPUs', async () => {
    const kernels = sortNodes(loweredPictureGraphs(options, 'cpu').repeated).flatMap((node) =>
      node.operator === 'Conv' ? node.attributes.kernel_shape : [],
    );
    expect(kernels).toContain(6);
    const expected = await iterate(graphs, 1, 1);
    const { 'image.new': _, ...moments } = await iterate(loweredPictureGraphs(options, 'cpu'), 1, 1);
    expectAllClose(
      moments,
      Object.fromEntries(Object.keys(moments).map((name) => [name, tensorNamed(expected, name)])),
      1e-4,
    );
  });
});

/** The slope of a function of the picture at the start, along a direction: a central difference. */
async function slopeAlong(direction: Float64Array, loss: (image: NumberTensor) => Promise<number>): Promise<number> {
  const length = 0.5 / Math.max(...direction.map(Math.abs));
  const lossAt = (distance: number) => {
    const image = start.image.data.map((value, index) => Math.fround(value + distance * (direction[index] ?? 0)));
    return loss(numberTensor(shape, image));
  };
  return ((await lossAt(length)) - (await lossAt(-length))) / (2 * length);
}
