import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FloatTensor, floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { type Graph, input } from '../../../src/graph-builder/ir/value.ts';
import { writeOnnx } from '../../../src/graph-builder/onnx/onnx-file.ts';
import { add, mul, reduceSum } from '../../../src/graph-builder/operators/index.ts';
import { writeOrtCheckpoint } from '../../../src/graph-builder/ort-training/checkpoint.ts';
import { ortOptimizerModel, ortTrainingModel } from '../../../src/graph-builder/ort-training/models.ts';
import { optimizerGraph } from '../../../src/graph-builder/programs/optimizer-graph.ts';
import { type NumberTensors, numberTensor, tensorNamed, toNumbers } from '../../helpers/number-tensor.ts';
import { ortFeed, trainWithOrt } from '../../helpers/ort-training.ts';
import { loadGraph } from '../../helpers/run-graph.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/** loss = Σ (slope + frozen slope) · p: the gradient of p is what is fed, plus what the checkpoint holds. */
function linearLoss(): Graph {
  const [p, slope, frozen] = ['p', 'slope', 'frozen'].map((name) => input(name, 'float32', [4]));
  if (!p || !slope || !frozen) throw new Error('three inputs');
  const loss = reduceSum(mul(add(slope, frozen), p), [0], 0);
  return { name: 'evaluation', inputs: [p, slope, frozen], outputs: [{ name: 'loss', value: loss }] };
}

const vector = (...values: readonly number[]) => floatTensor([4], Float32Array.from(values));

/** The state that a training has come to after some steps, so that the moments and the step count matter. */
const checkpoint = {
  step: 3,
  parameters: new Map([
    [
      'p',
      {
        value: vector(1, -2, 0.5, 0),
        firstMoment: vector(0.2, 1e-9, -1e-7, 0),
        secondMoment: vector(0.05, 1e-19, 1e-15, 0),
      },
    ],
  ]),
  frozen: new Map([['frozen', vector(0.25, 0, 0, 0)]]),
};

/** Gradients between far above and far below Adam's epsilon; two runs a step. */
const slopes: readonly (readonly FloatTensor[])[] = [
  [vector(1, 1e-8, -1e-6, 3e-9), vector(-0.5, 2e-8, 1e-7, 1e-9)],
  [vector(2, -1e-8, 2e-7, 2e-9), vector(0.25, 3e-9, -3e-8, -1e-9)],
  [vector(-1, 5e-9, 1e-8, 1e-8), vector(1, 1e-8, 0, 4e-9)],
];

/** The same steps by impasto's own optimizer graph. */
async function ownSteps(): Promise<readonly number[]> {
  const adam = await loadGraph(optimizerGraph([{ name: 'p', shape: [4] }]));
  const start = checkpoint.parameters.get('p');
  const frozen = checkpoint.frozen.get('frozen');
  if (!start || !frozen) throw new Error('the parameter');
  let state: NumberTensors = {
    p: toNumbers(start.value),
    'p.m': toNumbers(start.firstMoment),
    'p.v': toNumbers(start.secondMoment),
  };
  for (const [index, runs] of slopes.entries()) {
    const gradient = Array.from(frozen.data, (value, i) =>
      runs.reduce((sum, { data }) => sum + value + (data[i] ?? Number.NaN), 0),
    );
    const outputs = await adam.run({
      ...state,
      'p.grad': numberTensor([4], gradient),
      step: numberTensor([], [checkpoint.step + index + 1]),
      learning_rate: numberTensor([], [0.001]),
    });
    const after = (name: string) => tensorNamed(outputs, `${name}.new`);
    state = { p: after('p'), 'p.m': after('p.m'), 'p.v': after('p.v') };
  }
  await adam.release();
  return [...tensorNamed(state, 'p').data];
}

describe("the layout of ONNX Runtime's training packages", () => {
  it('accumulates gradients, keeps what is frozen, and makes the steps of our own Adam from any state', async () => {
    const folder = await temporaryFolder();
    const evaluation = linearLoss();
    const training = ortTrainingModel(evaluation, ['p']);
    const optimizer = ortOptimizerModel();
    await writeFile(join(folder, 'training_model.onnx'), writeOnnx(training.graph, {}, training.customOperators));
    await writeFile(join(folder, 'eval_model.onnx'), writeOnnx(evaluation));
    await writeFile(join(folder, 'optimizer_model.onnx'), writeOnnx(optimizer.graph, {}, optimizer.customOperators));
    await writeFile(join(folder, 'checkpoint'), writeOrtCheckpoint(checkpoint));
    const steps = slopes.map((runs) => runs.map((slope) => ({ slope: ortFeed(slope) })));

    const { inputs, parameters } = await trainWithOrt({ folder, steps });
    expect(inputs).toEqual(['slope']);
    const expected = await ownSteps();
    const start = checkpoint.parameters.get('p')?.value.data ?? [];
    // The change itself, not only the parameter that it is small beside.
    const changes = (values: readonly number[]) => values.map((value, i) => value - (start[i] ?? Number.NaN));
    changes(expected).forEach((change, i) => {
      expect(Math.abs(change)).toBeGreaterThan(1e-4);
      expect(changes(parameters)[i]).toBeCloseTo(change, 6);
    });
  });
});
