import { floatTensor } from '../src/graph-builder/ir/tensor.ts';
import { input } from '../src/graph-builder/ir/value.ts';
import { writeOnnx } from '../src/graph-builder/onnx/onnx-file.ts';
import { matMul } from '../src/graph-builder/operators/index.ts';
import { createSession } from '../src/infer/session.node.ts';
import { toOrtTensor } from '../src/loss-network/objective/graph-session.ts';
import { timed } from './measure.ts';

const side = 2048;

/**
 * The rate of a large float32 matrix product on ONNX Runtime, the best of some runs, in floating-point operations a
 * second: what the arithmetic of a network costs at least when convolutions are computed directly.
 */
export async function matrixProductRate(threads: number): Promise<number> {
  const matrix = (name: string) => input(name, 'float32', [side, side]);
  const [a, b] = [matrix('a'), matrix('b')];
  const graph = { name: 'product', inputs: [a, b], outputs: [{ name: 'c', value: matMul(a, b) }] };
  const { session } = await createSession(writeOnnx(graph), { device: 'cpu', threads });
  const random = () =>
    toOrtTensor(
      floatTensor(
        [side, side],
        new Float32Array(side * side).map(() => Math.random()),
      ),
    );
  const feeds = { a: random(), b: random() };
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 12; run++) best = Math.min(best, await timed(() => session.run(feeds)));
  await session.release();
  return (2 * side ** 3) / best;
}
