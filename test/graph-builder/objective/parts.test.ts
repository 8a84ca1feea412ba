import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/graph-builder/autodiff/gradients.ts';
import { type Dimension, symbolic } from '../../../src/graph-builder/ir/dimension.ts';
import { input } from '../../../src/graph-builder/ir/value.ts';
import { partsOf } from '../../../src/graph-builder/objective/parts.ts';
import { reduceSumSquare } from '../../../src/graph-builder/operators/index.ts';
import { checkVjp } from '../../helpers/check-vjp.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { numberTensor, tensorFrom, tensorNamed } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';

const anySize = [symbolic('N'), 2, symbolic('H'), symbolic('W')];

function graphOf(shape: readonly Dimension[], parts: number) {
  const features = input('features', 'float32', shape);
  return { name: 'parts', inputs: [features], outputs: [{ name: 'parts', value: partsOf(features, parts) }] };
}

/** Where each element of each part lies among the features [N, 2, H, W]. */
function positions([samples = 0, channels = 0, height = 0, width = 0]: readonly number[], parts: number): number[] {
  const [partHeight, partWidth] = [Math.floor(height / parts), Math.floor(width / parts)];
  const range = (count: number) => Array.from({ length: count }, (_, index) => index);
  return range(samples).flatMap((n) =>
    range(parts).flatMap((row) =>
      range(parts).flatMap((column) =>
        range(channels).flatMap((channel) =>
          range(partHeight).flatMap((y) =>
            range(partWidth).map(
              (x) => ((n * channels + channel) * height + row * partHeight + y) * width + column * partWidth + x,
            ),
          ),
        ),
      ),
    ),
  );
}

describe('features in parts', () => {
  it.each([
    { sizes: [1, 2, 4, 6], parts: 2 },
    { sizes: [2, 2, 5, 7], parts: 2 },
    { sizes: [1, 2, 9, 6], parts: 3 },
  ])('$sizes in $parts × $parts, of a known and of any size', async ({ sizes, parts }) => {
    const features = tensorFrom(sizes, (position) => position);
    const [n = 0, channels = 0, height = 0, width = 0] = sizes;
    const shape = [n * parts ** 2, channels, Math.floor(height / parts), Math.floor(width / parts)];
    const expected = numberTensor(shape, positions(sizes, parts));
    for (const known of [sizes, anySize]) {
      const outputs = await runGraph(graphOf(known, parts), { features });
      expect(tensorNamed(outputs, 'parts').shape).toEqual(shape);
      expectAllClose(outputs, { parts: expected }, 0);
    }
  });

  it('hand the gradient back to where they were taken, and none to what is left over', async () => {
    const features = input('features', 'float32', [1, 2, 5, 6]);
    const value = reduceSumSquare(partsOf(features, 2), [0, 1, 2, 3], 0);
    const graph = differentiate({ name: 'squares', inputs: [features], outputs: [{ name: 'loss', value }] }, 'loss', [
      features,
    ]);
    const feeds = { features: randomTensor([1, 2, 5, 6], 1, -1, 1) };
    const outputs = await runGraph(graph, feeds);
    expectAllClose(outputs, checkVjp({ graph, feeds, differentiated: ['features'] }, 1e-7), 1e-4);
    expect(tensorNamed(outputs, 'features.grad').data.slice(24, 30)).toEqual(new Float64Array(6));
  });
});
