import { describe, expect, it } from 'vitest';
import { input } from '../../../src/graph-builder/ir/value.ts';
import { vggFeatures } from '../../../src/graph-builder/networks/vgg.ts';
import { layerOf } from '../../../src/graph-builder/objective/objective.ts';
import { descriptorLength, paintingGraph } from '../../../src/graph-builder/programs/painting-graph.ts';
import { lossNetworkGraph } from '../../../src/graph-builder/programs/training-graphs.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { numberTensor, tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { tinyObjective } from '../../helpers/tiny-objective.ts';

const image = randomTensor([1, 3, 24, 20], 1, 0, 255);

describe('what is known of a painting', () => {
  it('holds the Gram matrices that an objective reads', async () => {
    const objective = tinyObjective('motifs');
    const seen = await runGraph(paintingGraph(objective), { image });
    const targets = Object.entries(await runGraph(lossNetworkGraph(objective), { image })).filter(([name]) =>
      name.startsWith('style.'),
    );
    expect(targets.length).toBe(4);
    expectAllClose(seen, Object.fromEntries(targets), 1e-6);
  });

  it('describes it by mean and deviation of every channel, layer by layer', async () => {
    const objective = tinyObjective('motifs');
    const { lossNetwork, recipe } = objective;
    const picture = input('image', 'float32', [1, 3, 24, 20]);
    const features = vggFeatures(picture, lossNetwork, recipe.styleLayers);
    const outputs = recipe.styleLayers.map((name) => ({ name, value: layerOf(features, name) }));
    const seen = await runGraph({ name: 'features', inputs: [picture], outputs }, { image });
    const expected = recipe.styleLayers.flatMap((layer) => {
      const { shape, data } = tensorNamed(seen, layer);
      const [, channels = 0] = shape;
      const pixels = data.length / channels;
      const rows = Array.from({ length: channels }, (_, row) =>
        Array.from(data.subarray(row * pixels, (row + 1) * pixels)),
      );
      const means = rows.map((row) => row.reduce((sum, x) => sum + x, 0) / pixels);
      const deviations = rows.map((row, index) =>
        Math.sqrt(row.reduce((sum, x) => sum + (x - (means[index] ?? 0)) ** 2, 0) / pixels),
      );
      return [...means, ...deviations];
    });
    expect(descriptorLength(objective)).toBe(expected.length);
    const { descriptor } = await runGraph(paintingGraph(objective), { image });
    expect(descriptor?.shape).toEqual([expected.length, 1]);
    expectAllClose(
      { descriptor: tensorNamed({ descriptor: descriptor ?? image }, 'descriptor') },
      { descriptor: numberTensor([expected.length, 1], expected, 'float32') },
      1e-3,
    );
  });
});
