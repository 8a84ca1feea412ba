import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatShape, symbolic } from '../../../src/graph-builder/ir/dimension.ts';
import { type FloatTensor, floatTensor, intTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import {
  add,
  averagePool,
  concat,
  conv,
  convTranspose,
  END,
  instanceNormalization,
  matMul,
  max,
  maxPool,
  pad,
  reduceMean,
  relu,
  reshape,
  resizeNearest,
  shapeOf,
  slice,
  sub,
  transpose,
} from '../../../src/graph-builder/operators/index.ts';
import { evaluateDimension } from '../../helpers/evaluate-dimension.ts';
import { randomTensor } from '../../helpers/random.ts';
import { loadGraph } from '../../helpers/run-graph.ts';
import { windowOf } from './window-cases.ts';

/** One step of a network over [N, 2, H, W] that keeps the two channels. */
interface Step {
  readonly text: string;
  readonly apply: (x: Value) => Value;
}

const weights = (shape: readonly number[]): Value => constant(floats(shape));
const floats = (shape: readonly number[]): FloatTensor =>
  floatTensor(shape, Float32Array.from(randomTensor(shape, 1).data));

const sidesUpTo = (most: number) => {
  const side = fc.integer({ min: 0, max: most });
  return fc.tuple(side, side, side, side);
};
const sides = sidesUpTo(2);
const kernel = fc.integer({ min: 1, max: 3 });
const stride = fc.integer({ min: 1, max: 3 });
const position = fc.integer({ min: -45, max: 45 });

const windows = kernel.chain((size) =>
  fc.tuple(stride, sidesUpTo(size - 1)).map(([step, pads]) => windowOf(size, step, pads)),
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  // No zeros: ONNX Runtime 1.30 moves them into a pool that follows, and then refuses pads as large as its window.
  fc.tuple(sides, fc.constantFrom('reflect' as const, 'edge' as const)).map(([pads, mode]) => ({
    text: `pad ${mode} ${pads}`,
    apply: (x: Value) => pad(x, [0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]], mode),
  })),
  windows.map((window) => ({
    text: `conv ${JSON.stringify(window)}`,
    apply: (x: Value) => conv(x, weights([2, 2, ...window.kernel_shape]), null, window),
  })),
  windows.map((window) => ({
    text: `pool ${JSON.stringify(window)}`,
    apply: (x: Value) => (window.strides[0] === 1 ? averagePool(x, window) : maxPool(x, window)),
  })),
  fc.tuple(kernel, stride).map(([size, step]) => ({
    text: `convTranspose ${size} ${step}`,
    apply: (x: Value) =>
      convTranspose(x, weights([2, 2, size, size]), { ...windowOf(size, step), output_padding: [step - 1, 0] }),
  })),
  kernel.map((factor) => ({ text: `resize ${factor}`, apply: (x: Value) => resizeNearest(x, factor) })),
  fc.tuple(position, fc.oneof(position, fc.constant(END)), stride).map(([start, end, step]) => ({
    text: `slice ${start}:${end}:${step}`,
    apply: (x: Value) => slice(x, { axes: [2], starts: [start], ends: [end], steps: [step] }),
  })),
  fc.constant({ text: 'concat', apply: (x: Value) => concat([x, x], 3) }),
  fc.constant({
    text: 'norm',
    apply: (x: Value) => relu(instanceNormalization(x, weights([2]), weights([2]), 1e-5)),
  }),
);

const symbolicImage = () => input('x', 'float32', [symbolic('N'), 2, symbolic('H'), symbolic('W')]);
const someSizes = [
  { N: 1, H: 32, W: 40 },
  { N: 2, H: 37, W: 33 },
] as const;

/** The inferred shape, at the sizes of an input, is the shape that ONNX Runtime gives. */
async function expectInferred(
  image: ReturnType<typeof symbolicImage>,
  value: Value,
  sizes: readonly { N: number; H: number; W: number }[],
) {
  const graph = { name: 'symbolic', inputs: [image], outputs: [{ name: 'y', value }] };
  const loaded = await loadGraph(graph);
  try {
    for (const at of sizes) {
      const { y } = await loaded.run({ x: randomTensor([at.N, 2, at.H, at.W], 2) });
      const inferred = value.shape.map((size) => evaluateDimension(size, at));
      expect(inferred, `${formatShape(value.shape)} at ${JSON.stringify(at)}`).toEqual([...(y?.shape ?? [])]);
    }
  } finally {
    await loaded.release();
  }
}

describe('shapes inferred for symbolic N, H and W', () => {
  it('are those of ONNX Runtime after any chain of operators', async () => {
    const chains = fc.array(steps, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(chains, async (chain) => {
        const image = symbolicImage();
        const value = chain.reduce<Value>((x, { apply }) => apply(x), image);
        // Slices can leave less than a window needs; ONNX Runtime refuses such sizes as it should.
        const fits = someSizes.filter((at) => remainsLarge(image, chain, at));
        await expectInferred(image, value, fits);
      }),
      { numRuns: 60, seed: 20 },
    );
  });

  it('are those of ONNX Runtime where a size is computed in the graph', async () => {
    const image = symbolicImage();
    const sizes = slice(shapeOf(image), { axes: [0], starts: [2], ends: [4] });
    const missing = sub(max(sizes, constant(intTensor([36, 36]))), sizes);
    const enlarged = pad(image, concat([constant(intTensor([0, 0, 0, 0, 0, 0])), missing], 0), 'edge');
    await expectInferred(image, enlarged, someSizes);
    const cut = slice(resizeNearest(enlarged, 2), { axes: [2, 3], starts: [0, 0], ends: sizes });
    expect(formatShape(cut.shape)).toBe('[N, 2, H, W]');
    await expectInferred(image, cut, someSizes);
  });

  it('are those of ONNX Runtime for Gram matrices, means and copies of a batch', async () => {
    const image = symbolicImage();
    const flat = reshape(image, [0, 2, -1]);
    await expectInferred(image, flat, someSizes);
    await expectInferred(image, matMul(flat, transpose(flat, [0, 2, 1])), someSizes);
    await expectInferred(image, add(image, reduceMean(image, [2, 3], 1)), someSizes);
    await expectInferred(image, reshape(image, [-1]), someSizes);
  });
});

/** Whether every step's result is still at least 3 × 3 (and its input large enough for reflection). */
function remainsLarge(image: Value, chain: readonly Step[], at: { N: number; H: number; W: number }): boolean {
  let value = image;
  return chain.every(({ apply }) => {
    value = apply(value);
    return value.shape.slice(2).every((size) => evaluateDimension(size, at) >= 3);
  });
}
