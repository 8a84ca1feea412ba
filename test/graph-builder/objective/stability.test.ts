import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/graph-builder/autodiff/gradients.ts';
import { type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { inputParameters } from '../../../src/graph-builder/networks/parameters.ts';
import { transformNetwork } from '../../../src/graph-builder/networks/transform-network.ts';
import { freezeLossNetwork } from '../../../src/graph-builder/networks/vgg.ts';
import { recipes } from '../../../src/graph-builder/objective/recipes.ts';
import { stabilityTerm } from '../../../src/graph-builder/objective/terms.ts';
import { add, mul } from '../../../src/graph-builder/operators/index.ts';
import { trainingGraph } from '../../../src/graph-builder/programs/training-graphs.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { tensorNamed, toNumbers } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../../helpers/tiny-network.ts';
import { patternWeights } from '../../helpers/vgg-files.ts';

const shape = [2, 3, 16, 16];
const [content, noise] = [input('content', 'float32', shape), input('noise', 'float32', shape)];
const feeds = { content: randomPictures(2, 16, 16), noise: randomTensor(shape, 2, -10, 10) };

function stabilityOf(f: (picture: Value) => Value): Graph {
  const loss = stabilityTerm(f(content), f(add(content, noise)), noise);
  return { name: 'stability', inputs: [content, noise], outputs: [{ name: 'loss', value: loss }] };
}

describe('the stability term', () => {
  it.each([1, 3])('is the square of the factor by which noise grows: %d', (factor) => {
    const graph = stabilityOf((picture) => mul(picture, factor));
    expect(tensorNamed(evaluateGraph(graph, feeds), 'loss').data[0]).toBeCloseTo(factor ** 2, 9);
  });

  it('has a gradient through both passes of the network', () => {
    const { source, inputs } = inputParameters();
    const graph = stabilityOf((picture) => transformNetwork(picture, tinyNetwork, source));
    const parameters = [...randomParameters(tinyNetwork, 3)].map(
      ([name, tensor]) => [name, toNumbers(tensor)] as const,
    );
    checkVjp(
      {
        graph: differentiate({ ...graph, inputs: [...inputs, ...graph.inputs] }, 'loss', inputs),
        feeds: { ...Object.fromEntries(parameters), ...feeds },
        differentiated: inputs.map(({ name }) => name),
      },
      1e-7,
    );
  });

  it('is a part of the training graph only where it is asked for', () => {
    const objective = { lossNetwork: freezeLossNetwork(patternWeights('vgg19', 'relu4_1')), recipe: recipes.balanced };
    const namesWith = (stability: boolean) => {
      const graph = trainingGraph({ network: tinyNetwork, objective, batch: 1, size: 64, stability });
      return [...graph.inputs, ...graph.outputs].map(({ name }) => name);
    };
    const without = new Set(namesWith(false));
    const added = namesWith(true).filter((name) => !without.has(name));
    expect(added).toEqual(['noise', 'weight.stability', 'loss.stability']);
  });
});
