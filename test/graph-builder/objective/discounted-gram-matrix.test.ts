import { expect, it } from 'vitest';
import { differentiate } from '../../../src/graph-builder/autodiff/gradients.ts';
import { input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { discountedGramMatrix } from '../../../src/graph-builder/objective/terms.ts';
import { mul, reduceSum } from '../../../src/graph-builder/operators/index.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { numberTensor, tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';

const [batch, channels, height, width] = [2, 3, 5, 4];
const pixels = height * width;
// Far from zero, so that the mean is most of the plain matrix.
const features = randomTensor([batch, channels, height, width], 1, 2, 5);

function graphOf(of: (x: Value) => Value, name = 'gram') {
  const x = input('features', 'float32', [batch, channels, height, width]);
  return { name: 'gram', inputs: [x], outputs: [{ name, value: of(x) }] };
}

/** The definition: subtract first, multiply then, in float64. */
function byDefinition(meanDiscount: number): number[] {
  const row = (sample: number, channel: number) => {
    const start = (sample * channels + channel) * pixels;
    const values = Array.from(features.data.slice(start, start + pixels));
    const mean = values.reduce((sum, value) => sum + value) / pixels;
    return values.map((value) => value - meanDiscount * mean);
  };
  const indices = Array.from({ length: batch * channels * channels }, (_, index) => index);
  return indices.map((index) => {
    const [sample, i, j] = [
      Math.floor(index / channels ** 2),
      Math.floor(index / channels) % channels,
      index % channels,
    ];
    const [left, right] = [row(sample, i), row(sample, j)];
    return left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0) / (channels * pixels);
  });
}

it.each([0, 0.5, 0.8, 1])('is the Gram matrix of features less %s of their means', async (meanDiscount) => {
  const outputs = await runGraph(
    graphOf((x) => discountedGramMatrix(x, meanDiscount)),
    { features },
  );
  const expected = numberTensor([batch, channels, channels], byDefinition(meanDiscount), 'float32');
  expectAllClose({ gram: tensorNamed(outputs, 'gram') }, { gram: expected }, 1e-5);
});

it('has its own gradient', async () => {
  const sumOfSquares = (x: Value) => {
    const gram = discountedGramMatrix(x, 0.8);
    return reduceSum(mul(gram, gram), [0, 1, 2], 0);
  };
  const graph = graphOf(sumOfSquares, 'loss');
  const differentiated = differentiate(graph, 'loss', graph.inputs);
  const expected = checkVjp({ graph: differentiated, feeds: { features }, differentiated: ['features'] }, 1e-7);
  expectAllClose(await runGraph(differentiated, { features }), expected, 1e-4);
});

it('does not see a change of brightness where the whole mean is taken off', async () => {
  const brighter = numberTensor(
    features.shape,
    Array.from(features.data, (value) => value + 3),
    'float32',
  );
  const gramOf = async (of: typeof features, meanDiscount: number) =>
    tensorNamed(
      await runGraph(
        graphOf((x) => discountedGramMatrix(x, meanDiscount)),
        { features: of },
      ),
      'gram',
    );
  expectAllClose({ gram: await gramOf(brighter, 1) }, { gram: await gramOf(features, 1) }, 1e-4);
  expect((await gramOf(brighter, 0)).data[0]).toBeGreaterThan(2 * Number((await gramOf(features, 0)).data[0]));
});
