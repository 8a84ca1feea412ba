import { describe, expect, it } from 'vitest';
import { symbolic } from '../../../src/graph-builder/ir/dimension.ts';
import { type Graph, input } from '../../../src/graph-builder/ir/value.ts';
import { layerOf, type Objective, perceive } from '../../../src/graph-builder/objective/objective.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { tensorFrom, tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { tinyObjective } from '../../helpers/tiny-objective.ts';

/** The covariance of features is all that a Gram matrix holds, and all of a flat picture's comes from its border. */
function withMargin(styleMargin: number): Objective {
  const { lossNetwork, recipe } = tinyObjective();
  return { lossNetwork, recipe: { ...recipe, meanDiscount: 1, styleMargin } };
}

function covariances(objective: Objective, sizes: 'known' | 'any'): Graph {
  const [height, width] = sizes === 'known' ? [24, 32] : [symbolic('H'), symbolic('W')];
  const image = input('image', 'float32', [1, 3, height, width]);
  const { gramMatrices } = perceive(objective, image);
  const outputs = ['relu1_1', 'relu2_1'].map((name) => ({ name, value: layerOf(gramMatrices, name) }));
  return { name: 'covariances', inputs: [image], outputs };
}

describe('the margin that the style terms leave out', () => {
  it('keeps the frame, which the padding of the loss network draws, out of the Gram matrices', async () => {
    const image = tensorFrom([1, 3, 24, 32], () => 200);
    const [whole, inner] = await Promise.all(
      [0, 2].map((cells) => runGraph(covariances(withMargin(cells), 'known'), { image })),
    );
    for (const layer of ['relu1_1', 'relu2_1']) {
      const largest = (outputs = {}) => Math.max(...tensorNamed(outputs, layer).data.map(Math.abs));
      expect(largest(whole)).toBeGreaterThan(1e-3);
      expect(largest(inner)).toBeLessThan(1e-3 * largest(whole));
    }
  });

  it('is the same in pictures of any size', async () => {
    const image = randomTensor([1, 3, 24, 32], 1, 0, 255);
    const [known, any] = await Promise.all(
      (['known', 'any'] as const).map((sizes) => runGraph(covariances(withMargin(1), sizes), { image })),
    );
    expectAllClose({ ...known }, { ...any }, 1e-6);
  });
});
