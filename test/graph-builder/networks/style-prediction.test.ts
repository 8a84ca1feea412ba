import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/graph-builder/autodiff/gradients.ts';
import { input } from '../../../src/graph-builder/ir/value.ts';
import { inputParameters } from '../../../src/graph-builder/networks/parameters.ts';
import {
  predictedDifferences,
  styleParameters,
  withDifferences,
} from '../../../src/graph-builder/networks/style-prediction.ts';
import { trainedShapes } from '../../../src/graph-builder/networks/trained-part.ts';
import { transformNetwork } from '../../../src/graph-builder/networks/transform-network.ts';
import { reduceSumSquare } from '../../../src/graph-builder/operators/index.ts';
import { trainingGraph } from '../../../src/graph-builder/programs/training-graphs.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { type NumberTensor, numberTensor, tensorNamed, toNumbers } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { evaluateGraph } from '../../helpers/reference/evaluate.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../../helpers/tiny-network.ts';
import { tinyObjective } from '../../helpers/tiny-objective.ts';

const prediction = { descriptor: 6, bottleneck: 4 };
const part = { kind: 'base', prediction } as const;
const descriptor = randomTensor([6, 1], 1, -2, 2);

function randomBase(): Record<string, NumberTensor> {
  const network = [...randomParameters(tinyNetwork, 3)].map(([name, tensor]) => [name, toNumbers(tensor)] as const);
  const added = trainedShapes(tinyNetwork, part)
    .filter(({ name }) => name.startsWith('prediction.'))
    .map(({ name, shape }, index) => [name, randomTensor(shape, 40 + index, -1, 1)] as const);
  return Object.fromEntries([...network, ...added]);
}

/** W₂ · relu(W₁ · d / √6 + b₁) / √4, number by number. */
function differencesOf(base: Record<string, NumberTensor>): readonly number[] {
  const numbers = (name: string) => Array.from(tensorNamed(base, name).data);
  const product = (weights: readonly number[], x: readonly number[]) =>
    Array.from({ length: weights.length / x.length }, (_, row) =>
      x.reduce((sum, value, column) => sum + value * (weights[row * x.length + column] ?? 0), 0),
    );
  const bias = numbers('prediction.bottleneck.bias');
  const hidden = product(numbers('prediction.bottleneck.weight'), Array.from(descriptor.data)).map((sum, row) =>
    Math.max(0, sum / Math.sqrt(6) + (bias[row] ?? 0)),
  );
  return product(numbers('prediction.differences.weight'), hidden).map((sum) => sum / Math.sqrt(4));
}

/** The last convolution with its three outputs mixed: I + M times weight and bias, and a vector added. */
function mixedColours(base: Record<string, NumberTensor>, matrix: readonly number[], added: readonly number[]) {
  const mixed = (name: string, offset: (row: number) => number) => {
    const { shape, data } = tensorNamed(base, name);
    const length = data.length / 3;
    const values = Array.from(data, (own, at) => {
      const [row, column] = [Math.floor(at / length), at % length];
      const sum = [0, 1, 2].reduce(
        (total, k) => total + (matrix[3 * row + k] ?? 0) * (data[k * length + column] ?? 0),
        0,
      );
      return own + sum + offset(row);
    });
    return { [name]: numberTensor(shape, values, 'float32') };
  };
  return {
    ...mixed('decoder.conv3.weight', () => 0),
    ...mixed('decoder.conv3.bias', (row) => added[row] ?? Number.NaN),
  };
}

describe('the prediction of a style', () => {
  it('adds its differences to scales, biases and colours, in their order', () => {
    const base = randomBase();
    const content = input('content', 'float32', [1, 3, 16, 16]);
    const described = input('descriptor', 'float32', [6, 1]);
    const { source, inputs } = inputParameters();
    const predicted = withDifferences(
      source,
      predictedDifferences(described, tinyNetwork, prediction, source),
      tinyNetwork,
    );
    const outputs = [{ name: 'stylized', value: transformNetwork(content, tinyNetwork, predicted) }];
    const graph = { name: 'predicted', inputs: [...inputs, described, content], outputs };
    const plain = inputParameters();
    const stylized = transformNetwork(content, tinyNetwork, plain.source);
    const plainGraph = {
      name: 'plain',
      inputs: [...plain.inputs, content],
      outputs: [{ name: 'stylized', value: stylized }],
    };

    const differences = differencesOf(base);
    let at = 0;
    const next = (shape: readonly number[]) => {
      const count = shape.reduce((product, size) => product * size, 1);
      at += count;
      return differences.slice(at - count, at);
    };
    const changed = Object.fromEntries(
      styleParameters(tinyNetwork).map(({ name, shape }) => {
        const added = next(shape);
        const own = base[name] ? Array.from(base[name].data) : added.map(() => 0);
        return [
          name,
          numberTensor(
            shape,
            own.map((value, index) => value + (added[index] ?? Number.NaN)),
            'float32',
          ),
        ];
      }),
    );
    expect(at).toBe(differences.length);
    const { 'colours.matrix': matrix, 'colours.added': added, ...normalizations } = changed;
    const last = mixedColours(base, Array.from(matrix?.data ?? []), Array.from(added?.data ?? []));
    const feeds = { content: randomPictures(1, 16, 16) };
    const received = evaluateGraph(graph, { ...base, ...feeds, descriptor });
    // The roots of the fan-ins are float32 constants of the graph.
    expectAllClose(received, evaluateGraph(plainGraph, { ...base, ...feeds, ...normalizations, ...last }), 1e-6);
  });

  it('has a gradient for every parameter of a base', async () => {
    const content = input('content', 'float32', [1, 3, 16, 16]);
    const described = input('descriptor', 'float32', [6, 1]);
    const { source, inputs } = inputParameters();
    const differences = predictedDifferences(described, tinyNetwork, prediction, source);
    const stylized = transformNetwork(content, tinyNetwork, withDifferences(source, differences, tinyNetwork));
    const loss = reduceSumSquare(stylized, [0, 1, 2, 3], 0);
    const graph = { name: 'base', inputs: [...inputs, described, content], outputs: [{ name: 'loss', value: loss }] };
    const checked = {
      graph: differentiate(graph, 'loss', inputs),
      feeds: { ...randomBase(), content: randomPictures(1, 16, 16), descriptor },
      differentiated: inputs.map(({ name }) => name),
    };
    expect(new Set(checked.differentiated)).toEqual(new Set(trainedShapes(tinyNetwork, part).map(({ name }) => name)));
    const expected = checkVjp(checked, 1e-7);
    expectAllClose(await runGraph(checked.graph, checked.feeds), expected, 1e-3);
  });

  it('is a part of the training graph only where it is asked for', () => {
    const options = { network: tinyNetwork, objective: tinyObjective(), batch: 1, size: 64 };
    const namesOf = (graph: ReturnType<typeof trainingGraph>) => graph.inputs.map(({ name }) => name);
    const without = new Set(namesOf(trainingGraph(options)));
    const added = namesOf(trainingGraph({ ...options, part })).filter((name) => !without.has(name));
    expect(new Set(added)).toEqual(
      new Set([
        'descriptor',
        'prediction.bottleneck.weight',
        'prediction.bottleneck.bias',
        'prediction.differences.weight',
      ]),
    );
  });
});
