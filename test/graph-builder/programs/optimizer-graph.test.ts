import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/graph-builder/ir/value.ts';
import { optimizerGraph } from '../../../src/graph-builder/programs/optimizer-graph.ts';
import { expectClose } from '../../helpers/closeness.ts';
import {
  type NumberTensor,
  type NumberTensors,
  numberTensor,
  tensorFrom,
  tensorNamed,
} from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { loadGraph } from '../../helpers/run-graph.ts';

const parameters = [
  { name: 'encoder.conv1.weight', shape: [2, 3, 2, 2] },
  { name: 'decoder.conv3.bias', shape: [3] },
];
const learningRate = Math.fround(0.01);

interface AdamState {
  readonly value: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Algorithm 1 of Kingma and Ba 2015, in float64, with the bias corrections where the paper has them. */
function adamStep({ value, first, second }: AdamState, gradient: Float64Array, step: number): AdamState {
  const newFirst = first.map((m, i) => 0.9 * m + (1 - 0.9) * (gradient[i] ?? Number.NaN));
  const newSecond = second.map((v, i) => 0.999 * v + (1 - 0.999) * (gradient[i] ?? Number.NaN) ** 2);
  const updated = value.map((p, i) => {
    const firstEstimate = (newFirst[i] ?? Number.NaN) / (1 - 0.9 ** step);
    const secondEstimate = (newSecond[i] ?? Number.NaN) / (1 - 0.999 ** step);
    return p - (learningRate * firstEstimate) / (Math.sqrt(secondEstimate) + 1e-8);
  });
  return { value: updated, first: newFirst, second: newSecond };
}

describe('the optimizer graph', () => {
  const graph = optimizerGraph(parameters);

  it('takes and gives the names of the contract', () => {
    expect(graph.inputs.map(({ name }) => name)).toEqual([
      ...parameters.flatMap(({ name }) => [name, `${name}.grad`, `${name}.m`, `${name}.v`]),
      'step',
      'learning_rate',
    ]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(
      parameters.flatMap(({ name }) => [`${name}.new`, `${name}.m.new`, `${name}.v.new`]),
    );
  });

  it.each([1, 1e-7, 1e4])('makes five steps of Adam with gradients of size %d', async (size) => {
    const loaded = await loadGraph(graph);
    const zeros = (shape: readonly number[]) => tensorFrom(shape, () => 0);
    const state: Record<string, NumberTensor> = {};
    const expected = new Map<string, AdamState>();
    parameters.forEach(({ name, shape }, index) => {
      const value = randomTensor(shape, index);
      Object.assign(state, { [name]: value, [`${name}.m`]: zeros(shape), [`${name}.v`]: zeros(shape) });
      expected.set(name, { value: value.data, first: zeros(shape).data, second: zeros(shape).data });
    });
    try {
      for (let step = 1; step <= 5; step++) {
        const gradients = parameters.map(({ name, shape }, index) => {
          return [`${name}.grad`, randomTensor(shape, 100 * step + index, -size, size)] as const;
        });
        const outputs = await loaded.run({
          ...state,
          ...Object.fromEntries(gradients),
          step: numberTensor([], [step]),
          learning_rate: numberTensor([], [learningRate]),
        });
        parameters.forEach(({ name, shape }, index) => {
          const before = expected.get(name);
          const gradient = gradients[index]?.[1];
          if (!before || !gradient) throw new Error(`no state of ${name}`);
          const after = adamStep(before, gradient.data, step);
          expected.set(name, after);
          for (const [suffix, data] of [
            ['', after.value],
            ['.m', after.first],
            ['.v', after.second],
          ] as const) {
            const actual = tensorNamed(outputs, `${name}${suffix}.new`);
            expectClose(actual, numberTensor(shape, data), 1e-4, `${name}${suffix} after step ${step}`);
            state[`${name}${suffix}`] = actual;
          }
          // The change itself, not only the parameter that it is small beside.
          const moved = actualChange(tensorNamed(outputs, `${name}.new`), before.value);
          expectClose(moved, actualChange(numberTensor(shape, after.value), before.value), 1e-3, `change of ${name}`);
        });
      }
    } finally {
      await loaded.release();
    }
  });
});

describe('the optimizer graph with clipping', () => {
  const graph = optimizerGraph(parameters, { clipping: true });
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const zeros = () =>
    parameters.flatMap(({ name, shape }) =>
      ['.m', '.v'].map((suffix) => [`${name}${suffix}`, tensorFrom(shape, () => 0)] as const),
    );

  /** One first step with gradients that are all of one size; the new first moments are a tenth of the clipped gradients. */
  async function clippedGradients(size: number, limit: number): Promise<NumberTensors> {
    const loaded = await loadGraph(graph);
    try {
      const outputs = await loaded.run({
        ...Object.fromEntries(zeros()),
        ...Object.fromEntries(
          [...shapes].flatMap(([name, shape]) => [
            [name, tensorFrom(shape, () => 0)],
            [`${name}.grad`, tensorFrom(shape, () => size)],
          ]),
        ),
        step: numberTensor([], [1]),
        learning_rate: numberTensor([], [learningRate]),
        gradient_limit: numberTensor([], [limit]),
      });
      return Object.fromEntries(
        [...shapes].map(([name, shape]) => {
          const { data } = tensorNamed(outputs, `${name}.m.new`);
          return [
            name,
            numberTensor(
              shape,
              data.map((value) => value / (1 - 0.9)),
            ),
          ];
        }),
      );
    } finally {
      await loaded.release();
    }
  }

  // 24 weights and 3 biases: a global norm of √27 times the size.
  it('scales all gradients down by one factor where their global norm is above the limit', async () => {
    const clipped = await clippedGradients(2, 3);
    for (const [name, shape] of shapes) {
      const expected = tensorFrom(shape, () => 3 / Math.sqrt(27));
      expectClose(tensorNamed(clipped, name), expected, 1e-5, name);
    }
  });

  it.each([
    [2, 20],
    [0, 1],
  ])('leaves gradients of size %d as they are with a limit of %d', async (size, limit) => {
    const clipped = await clippedGradients(size, limit);
    for (const [name, shape] of shapes) {
      expectClose(
        tensorNamed(clipped, name),
        tensorFrom(shape, () => size),
        1e-6,
        name,
      );
    }
  });

  it('differs from the one without in the limit alone', () => {
    const names = ({ inputs, outputs }: Graph) => [inputs, outputs].map((list) => list.map(({ name }) => name));
    const [inputs = [], outputs = []] = names(graph);
    const [plainInputs, plainOutputs] = names(optimizerGraph(parameters));
    expect(inputs).toEqual([...(plainInputs ?? []), 'gradient_limit']);
    expect(outputs).toEqual(plainOutputs);
  });
});

function actualChange(after: NumberTensor, before: Float64Array): NumberTensor {
  return { ...after, data: after.data.map((value, i) => value - (before[i] ?? Number.NaN)) };
}
