import { intTensor, scalarTensor } from '../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input } from '../../src/graph-builder/ir/value.ts';
import { add, exp, mul } from '../../src/graph-builder/operators/index.ts';
import { loop } from '../../src/graph-builder/operators/loop.ts';

/** y = x · eᶠ + w, three times over, with every x on the way: a constant and a factor that no iteration changes. */
export function loopGraph(): Graph {
  const x = input('x', 'float32', [2]);
  const factor = input('factor', 'float32', []);
  const weight = constant(scalarTensor(0.5), 'weight');
  const { carried, collected } = loop(
    'repeat',
    constant(intTensor([3])),
    [{ name: 'x', value: x }],
    (_, [value = x]) => ({
      carried: [add(mul(value, exp(factor)), weight)],
      collected: [{ name: 'seen', value }],
    }),
  );
  const [y = x] = carried;
  const [seen = x] = collected;
  return {
    name: 'loops',
    inputs: [x, factor],
    outputs: [
      { name: 'y', value: y },
      { name: 'seen', value: seen },
    ],
  };
}
