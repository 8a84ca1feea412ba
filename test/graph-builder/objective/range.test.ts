import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/graph-builder/autodiff/gradients.ts';
import { input } from '../../../src/graph-builder/ir/value.ts';
import { inputParameters } from '../../../src/graph-builder/networks/parameters.ts';
import { visibleResponse } from '../../../src/graph-builder/networks/transform-network.ts';
import { listInputs, objectiveInputs } from '../../../src/graph-builder/objective/objective.ts';
import { rangeTerm } from '../../../src/graph-builder/objective/terms.ts';
import { networkTerms } from '../../../src/graph-builder/programs/network-terms.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { numberTensor, tensorNamed, toNumbers } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../../helpers/tiny-network.ts';
import { tinyObjective } from '../../helpers/tiny-objective.ts';

const shape = [1, 3, 1, 2];

function rangeGraph(visible: number) {
  const response = input('response', 'float32', shape);
  const graph = { name: 'range', inputs: [response], outputs: [{ name: 'loss', value: rangeTerm(response, visible) }] };
  return differentiate(graph, 'loss', [response]);
}

describe('the range term', () => {
  it('is the mean square of what lies beyond the visible range, and has a gradient there alone', async () => {
    const graph = rangeGraph(1.5);
    const feeds = { response: numberTensor(shape, [-3.5, -1, 0, 1, 2.5, 1.25], 'float32') };
    const outputs = await runGraph(graph, feeds);
    expect(tensorNamed(outputs, 'loss').data[0]).toBeCloseTo((2 ** 2 + 1 ** 2) / 6, 5);
    expectAllClose(outputs, checkVjp({ graph, feeds, differentiated: ['response'] }, 1e-7), 1e-4);
  });

  it('begins where a pixel leaves 0..255', () => {
    expect(127.5 + 150 * Math.tanh(visibleResponse({ output: 'tanh' }))).toBeCloseTo(255, 9);
    expect(127.5 + 150 * visibleResponse({ output: 'linear' })).toBeCloseTo(255, 9);
  });

  it('is what a network far beyond the visible range has more of a loss, where the recipe has the term', async () => {
    const size = 16;
    const { lossNetwork, recipe } = tinyObjective();
    const content = input('content', 'float32', [1, 3, size, size]);
    const lossWith = async (rangeWeight: number) => {
      const objective = { lossNetwork, recipe: { ...recipe, rangeWeight } };
      const { source, inputs } = inputParameters();
      const judged = objectiveInputs(objective);
      const { loss } = networkTerms(objective, tinyNetwork, source, content, judged);
      const graph = {
        name: 'terms',
        inputs: [...inputs, content, ...listInputs(judged)],
        outputs: [{ name: 'loss', value: loss }],
      };
      const parameters = Object.fromEntries(
        [...randomParameters(tinyNetwork, 3)].map(([name, tensor]) => [name, toNumbers(tensor)]),
      );
      // So bright that every pixel is flat: its response is the bias and little more.
      const bright = numberTensor([3], [50, 50, 50], 'float32');
      const targets = Object.fromEntries(
        listInputs(judged).map(({ name, shape: target }) => [name, randomTensor(target.map(Number), 5, 0, 1)]),
      );
      const feeds = { ...parameters, 'decoder.conv3.bias': bright, content: randomPictures(1, size, size), ...targets };
      return tensorNamed(await runGraph(graph, feeds), 'loss').data[0] ?? Number.NaN;
    };
    const [without, once, twice] = [await lossWith(0), await lossWith(1), await lossWith(2)];
    expect(once - without).toBeGreaterThan(40 ** 2);
    expect((twice - without) / (once - without)).toBeCloseTo(2, 3);
  });
});
