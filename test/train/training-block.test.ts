import ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Graph } from '../../src/graph-builder/ir/value.ts';
import { transformNetworkParameters } from '../../src/graph-builder/networks/transform-network.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { optimizerGraph } from '../../src/graph-builder/programs/optimizer-graph.ts';
import { writingSession } from '../../src/infer/session.node.ts';
import type { GraphSession } from '../../src/loss-network/objective/graph-session.ts';
import { type StepLosses, styleLosses } from '../../src/loss-network/objective/losses.ts';
import { loweredTrainingBlock, loweredTrainingGraph } from '../../src/lowering/programs.ts';
import { residentSteps } from '../../src/train/resident-steps.ts';
import { type TrainingBlock, trainingBlock } from '../../src/train/training-block.ts';
import { initialState, type TrainingState } from '../../src/train/training-state.ts';
import { createTrainingStep, type StepsResult } from '../../src/train/training-step.ts';
import { randomTensor } from '../helpers/random.ts';
import { tinyNetwork } from '../helpers/tiny-network.ts';
import { tinyObjective, tinyObjectiveFeeds } from '../helpers/tiny-objective.ts';

const [batch, size, steps] = [2, 64, 3];
const learningRates = [1e-3, 5e-4, 2e-3];
const objective = tinyObjective();
const constants = tinyObjectiveFeeds();
const parameters = transformNetworkParameters(tinyNetwork);
const content = Float32Array.from(randomTensor([steps, batch, 3, size, size], 5, 0, 255).data);
const start: TrainingState = { ...initialState(parameters, 3), step: 4 };
const opened: GraphSession[] = [];

afterAll(() => Promise.all(opened.map((session) => session.release())));

/** A step's batch. */
const batchOf = (all: Float32Array, step: number) =>
  all.subarray((step * all.length) / steps, ((step + 1) * all.length) / steps);
const batchesOf = (all: Float32Array) => [0, 1, 2].map((step) => batchOf(all, step));

/**
 * A session in which both ways of training run the same kernels. With all of ONNX Runtime's optimisations the CPU computes
 * convolutions in a blocked layout outside of loops only, and Adam makes whole steps of the rounding errors of gradients
 * that are nothing.
 */
async function open(graph: Graph): Promise<GraphSession> {
  const options = { graphOptimizationLevel: 'basic', intraOpNumThreads: 1 } as const;
  const session = writingSession(await ort.InferenceSession.create(writeOnnx(graph), options));
  opened.push(session);
  return session;
}

const openBlock = async (microBatch: number): Promise<TrainingBlock> => {
  const graph = loweredTrainingBlock({ network: tinyNetwork, objective, batch, microBatch, size }, 'cuda');
  return { session: await open(graph), batch, size, constants };
};

/** Each step by the two graphs that make one step a run. */
async function singleSteps(microBatch = batch) {
  const training = await open(
    loweredTrainingGraph({ network: tinyNetwork, objective, batch: microBatch, size }, 'cuda'),
  );
  const optimizer = await open(optimizerGraph(parameters));
  const sessions = { losses: styleLosses, training, optimizer, microBatch, size, constants };
  const trainingStep = createTrainingStep(sessions);
  let state = start;
  const losses = [];
  for (const [index, learningRate] of learningRates.entries()) {
    const result = await trainingStep(state, batchOf(content, index), learningRate);
    losses.push(result.losses);
    state = { ...state, step: state.step + 1, parameters: result.parameters };
  }
  return { losses, parameters: state.parameters };
}

/** The largest difference of an array, relative to its largest value. */
function difference(a: Float32Array, b: Float32Array | undefined): number {
  const scale = Math.max(...a.map(Math.abs), 1e-12);
  return Math.max(...a.map((value, index) => Math.abs(value - (b?.[index] ?? Number.NaN)))) / scale;
}

/** Names of arrays that differ by more than the tolerance. */
function differing(
  expected: TrainingState['parameters'],
  actual: TrainingState['parameters'],
  tolerance: number,
): readonly string[] {
  return [...expected].flatMap(([name, arrays]) =>
    (['value', 'firstMoment', 'secondMoment'] as const).flatMap((kind) =>
      difference(arrays[kind].data, actual.get(name)?.[kind].data) <= tolerance ? [] : [`${name} ${kind}`],
    ),
  );
}

function expectSame(actual: StepsResult<StepLosses>, expected: StepsResult<StepLosses>): void {
  expect(differing(expected.parameters, actual.parameters, 1e-6)).toEqual([]);
  expect(actual.losses).toHaveLength(expected.losses.length);
  for (const [step, losses] of expected.losses.entries()) {
    for (const term of ['loss', 'content', 'style', 'tv'] as const) {
      expect((actual.losses[step]?.[term] ?? Number.NaN) / losses[term], `${term} of step ${step}`).toBeCloseTo(1, 6);
    }
  }
}

describe('steps between which the state stays on the device', () => {
  const openResident = async () => ({
    training: await open(loweredTrainingGraph({ network: tinyNetwork, objective, batch, size }, 'cuda')),
    optimizer: await open(optimizerGraph(parameters)),
    ...{ batch, size, constants },
  });

  it('are those that are made one by one', async () => {
    const before = start.parameters.get('encoder.conv1.weight')?.value.data.slice();
    expectSame(
      await residentSteps(await openResident(), start, batchesOf(content), learningRates),
      await singleSteps(),
    );
    expect(start.parameters.get('encoder.conv1.weight')?.value.data, 'the state given stays').toEqual(before);
  });

  it('refuse a loss and parameters that are not finite, and name the step', async () => {
    const sessions = await openResident();
    const broken = content.map((value, index) => (index === content.length - 1 ? Number.NaN : value));
    await expect(residentSteps(sessions, start, batchesOf(broken), learningRates)).rejects.toThrow(
      /^Expected a finite loss at step 7 but received NaN/,
    );
    await expect(
      residentSteps(sessions, start, batchesOf(content), [1e-3, 1e-3, Number.POSITIVE_INFINITY]),
    ).rejects.toThrow(/^Expected finite parameters after step 7/);
  });
});

describe('a training block', () => {
  let expected: Awaited<ReturnType<typeof singleSteps>>;
  let block: TrainingBlock;
  beforeAll(async () => {
    expected = await singleSteps();
    block = await openBlock(batch);
  });

  it('makes the steps that training_model and optimizer_model make one by one', async () => {
    expect(differing(start.parameters, expected.parameters, 1e-4), 'the steps change something').not.toEqual([]);
    expectSame(await trainingBlock(block, start, batchesOf(content), learningRates), expected);
  });

  it('adds the gradients of micro-batches in a loop of its own', async () => {
    const inParts = await openBlock(1);
    expectSame(await trainingBlock(inParts, start, batchesOf(content), learningRates), await singleSteps(1));
  });

  it('continues where an earlier block ended', async () => {
    const first = await trainingBlock(block, start, [batchOf(content, 0)], learningRates.slice(0, 1));
    const between = { ...start, step: start.step + 1, parameters: first.parameters };
    const second = await trainingBlock(block, between, batchesOf(content).slice(1), learningRates.slice(1));
    expect(differing(expected.parameters, second.parameters, 1e-6)).toEqual([]);
    expect([...first.losses, ...second.losses]).toHaveLength(steps);
  });

  it('refuses a block with a loss that is not finite, and names the step', async () => {
    const broken = content.map((value, index) => (index === content.length - 1 ? Number.NaN : value));
    await expect(trainingBlock(block, start, batchesOf(broken), learningRates)).rejects.toThrow(
      /^Expected a finite loss at step 7 but received NaN/,
    );
  });

  it('refuses parameters that are not finite although every loss is', async () => {
    const endless = [1e-3, 1e-3, Number.POSITIVE_INFINITY];
    await expect(trainingBlock(block, start, batchesOf(content), endless)).rejects.toThrow(
      /^Expected finite parameters after step 7/,
    );
  });

  it('refuses content for another number of steps', async () => {
    await expect(trainingBlock(block, start, batchesOf(content), [1e-3])).rejects.toThrow(
      /^Expected \d+ elements for the shape/,
    );
  });
});

describe('trainingBlockGraph', () => {
  const options = { network: tinyNetwork, objective, batch, microBatch: batch, size };

  it('takes and gives the names of the contract', () => {
    const graph = loweredTrainingBlock(options, 'cuda');
    const names = parameters.map(({ name }) => name);
    expect(graph.inputs.map(({ name }) => name)).toEqual([
      ...names.flatMap((name) => [name, `${name}.m`, `${name}.v`]),
      ...['step', 'learning_rate', 'content', 'style.relu1_1', 'style.relu2_1'],
      ...['weight.style.relu1_1', 'weight.style.relu2_1', 'weight.content', 'weight.style', 'weight.tv'],
    ]);
    expect(graph.outputs.map(({ name }) => name)).toEqual([
      ...['loss', 'loss.content', 'loss.style', 'loss.tv'],
      ...names.flatMap((name) => [`${name}.new`, `${name}.m.new`, `${name}.v.new`]),
    ]);
  });

  it('refuses crops and micro-batches that do not fit', () => {
    expect(() => loweredTrainingBlock({ ...options, size: 66 }, 'cuda')).toThrow(/multiple of 4/);
    expect(() => loweredTrainingBlock({ ...options, batch: 3, microBatch: 2 }, 'cuda')).toThrow(
      /divides the batch of 3/,
    );
  });
});
