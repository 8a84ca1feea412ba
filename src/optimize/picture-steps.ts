import type { Tensor } from 'onnxruntime-common';
import { elementCount, type FloatTensor, floatTensor, scalarTensor } from '../graph-builder/ir/tensor.ts';
import type { Graph } from '../graph-builder/ir/value.ts';
import type { Objective } from '../graph-builder/objective/objective.ts';
import { writeOnnx } from '../graph-builder/onnx/onnx-file.ts';
import { CHANNELS, fromPlanar, type Picture, toPlanar } from '../image/picture.ts';
import { type CreateSession, namedTensors, pictureTensor } from '../loss-network/objective/graph-session.ts';
import { lossFetches, readLosses, type StepLosses, styleLosses } from '../loss-network/objective/losses.ts';
import { loweredPictureGraphs } from '../lowering/programs.ts';
import type { Target } from '../lowering/targets.ts';
import { stateArrays, type TrainedParameter } from '../train/training-state.ts';
import { requireWritten } from '../train/training-step.ts';

/** What the iterations on a picture are made with. */
export interface PictureStepsOptions {
  readonly objective: Objective;
  /** Style targets, layer weights and term weights by input name. */
  readonly constants: Readonly<Record<string, Tensor>>;
  /** What the picture is to show, of its size. */
  readonly photograph: Picture;
  /** Where the sessions run. */
  readonly target: Target;
  readonly createSession: CreateSession;
}

/** Iterations of Adam on one picture. */
export interface PictureSteps {
  /**
   * One iteration: changes the picture's pixels.
   * @returns the loss and its terms of the picture as it was before
   */
  readonly step: (learningRate: number) => Promise<StepLosses>;
  /** The picture as it is now. */
  readonly picture: () => Picture;
  readonly release: () => Promise<void>;
}

/**
 * Loads the graphs for a picture's size and computes what stays the same.
 * @param start the picture to begin with, of the photograph's size
 */
export async function createPictureSteps(
  { objective, constants, photograph, target, createSession }: PictureStepsOptions,
  start: Picture,
): Promise<PictureSteps> {
  const { width, height } = photograph;
  const { once, repeated } = loweredPictureGraphs({ objective, width, height }, target);
  const given = { ...constants, content: pictureTensor(photograph) };
  const fixed = await runOnce(once, given, createSession);
  const feeds = inputsOf(repeated, { ...given, ...fixed });
  const session = await createSession(writeOnnx(repeated));
  // Two sets of arrays: one is read, the other written.
  let [current, next] = [startingAt(start), startingAt(start)];
  let steps = 0;
  return {
    step: async (learningRate) => {
      steps++;
      const scalars = new Map([
        ['step', scalarTensor(steps)],
        ['learning_rate', scalarTensor(learningRate)],
      ]);
      const written = namedTensors(arraysOf(next), '.new');
      const outputs = await session.run(
        { ...feeds, ...namedTensors(scalars), ...namedTensors(arraysOf(current)) },
        { ...lossFetches(styleLosses), ...written },
      );
      for (const name of Object.keys(written)) requireWritten(outputs, name);
      [current, next] = [next, current];
      return readLosses(styleLosses, outputs);
    },
    picture: () => fromPlanar(current.value.data, width, height),
    release: () => session.release(),
  };
}

/** A picture as a parameter that is trained. */
function startingAt(picture: Picture): TrainedParameter {
  const shape = [1, CHANNELS, picture.height, picture.width];
  const zeros = () => floatTensor(shape, new Float32Array(elementCount(shape)));
  return { value: floatTensor(shape, toPlanar(picture)), firstMoment: zeros(), secondMoment: zeros() };
}

/** The picture and its moments by the names that the graph has for them. */
function arraysOf(picture: TrainedParameter): ReadonlyMap<string, FloatTensor> {
  return stateArrays(new Map([['image', picture]]));
}

async function runOnce(
  graph: Graph,
  given: Readonly<Record<string, Tensor>>,
  createSession: CreateSession,
): Promise<Readonly<Record<string, Tensor>>> {
  const session = await createSession(writeOnnx(graph));
  try {
    return await session.run(inputsOf(graph, given));
  } finally {
    await session.release();
  }
}

/** Those of some tensors that a graph reads. */
function inputsOf(graph: Graph, tensors: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> {
  const names = new Set(graph.inputs.map(({ name }) => name));
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => names.has(name)));
}
