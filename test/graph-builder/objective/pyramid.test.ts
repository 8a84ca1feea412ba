import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/graph-builder/autodiff/gradients.ts';
import { input } from '../../../src/graph-builder/ir/value.ts';
import {
  listInputs,
  lossTerms,
  objectiveInputs,
  pyramidLayers,
} from '../../../src/graph-builder/objective/objective.ts';
import { lossNetworkGraph } from '../../../src/graph-builder/programs/training-graphs.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { type NumberTensors, numberTensor, tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { tinyObjective } from '../../helpers/tiny-objective.ts';

function withLevels(pyramidLevels: number) {
  const { lossNetwork, recipe } = tinyObjective();
  return { lossNetwork, recipe: { ...recipe, pyramidLevels } };
}

/** The mean of each 2×2 block of [1, 3, size, size]. */
function halve(data: Float64Array, size: number): number[] {
  const half = size / 2;
  return Array.from({ length: 3 * half * half }, (_, index) => {
    const [channel, y, x] = [Math.floor(index / half ** 2), Math.floor(index / half) % half, index % half];
    const at = (dy: number, dx: number) => data[channel * size ** 2 + (2 * y + dy) * size + 2 * x + dx] ?? 0;
    return (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4;
  });
}

describe('the image pyramid', () => {
  it('sees on its second level what the loss network sees in the picture at half its size', async () => {
    const image = randomTensor([1, 3, 16, 16], 1, 0, 255);
    const small = numberTensor([1, 3, 8, 8], halve(image.data, 16), 'float32');
    const seen = await runGraph(lossNetworkGraph(withLevels(2)), { image });
    const direct = await runGraph(lossNetworkGraph(withLevels(1)), { image: small });
    for (const layer of ['relu1_1', 'relu2_1']) {
      const expected = tensorNamed(direct, `style.${layer}`);
      expectAllClose({ [layer]: tensorNamed(seen, `style.level1.${layer}`) }, { [layer]: expected }, 1e-5);
    }
    expect(Object.keys(seen)).not.toContain('style.level2.relu1_1');
  });

  it('makes the style term the mean over its levels, and the gradient that of the whole', async () => {
    const stylized = randomTensor([1, 3, 16, 16], 2, 0, 255);
    const small = numberTensor([1, 3, 8, 8], halve(stylized.data, 16), 'float32');
    const both = judged(2, 16);
    const outputs = checkVjp(
      { graph: both.graph, feeds: { ...both.feeds, stylized }, differentiated: ['stylized'] },
      1e-6,
    );
    const [whole, half] = [judged(1, 16), judged(1, 8)];
    const targets = Object.entries(both.feeds).filter(([name]) => name.startsWith('style.level1.'));
    const halfTargets = Object.fromEntries(targets.map(([name, target]) => [name.replace('level1.', ''), target]));
    const first = await runGraph(whole.graph, { ...whole.feeds, stylized });
    const second = await runGraph(half.graph, { ...half.feeds, ...halfTargets, stylized: small });
    const styleOf = (terms: NumberTensors) => tensorNamed(terms, 'style').data[0] ?? Number.NaN;
    expect(styleOf(outputs) / ((styleOf(first) + styleOf(second)) / 2)).toBeCloseTo(1, 4);
  });
});

/** An objective's graph with the gradient of its loss, and what it reads besides the stylized picture. */
function judged(levels: number, size: number) {
  const objective = withLevels(levels);
  const picture = (name: string) => input(name, 'float32', [1, 3, size, size]);
  const [stylized, content] = [picture('stylized'), picture('content')];
  const inputs = objectiveInputs(objective);
  const { loss, style } = lossTerms(objective, stylized, content, inputs);
  const graph = {
    name: 'judged',
    inputs: [stylized, content, ...listInputs(inputs)],
    outputs: [
      { name: 'loss', value: loss },
      { name: 'style', value: style },
    ],
  };
  const targets = pyramidLayers(objective.recipe).map(({ name, layer }) => {
    const channels = layer === 'relu1_1' ? 64 : 128;
    return [`style.${name}`, randomTensor([1, channels, channels], name.length, 0, 1)] as const;
  });
  const weights = ['content', 'style', 'tv', 'style.relu1_1', 'style.relu2_1'].map(
    (name) => [`weight.${name}`, numberTensor([], [0.5], 'float32')] as const,
  );
  const feeds = {
    content: randomTensor([1, 3, size, size], 3, 0, 255),
    ...Object.fromEntries([...targets, ...weights]),
  };
  return { graph: differentiate(graph, 'loss', [stylized]), feeds };
}
