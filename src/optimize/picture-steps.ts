import type { Tensor } from 'onnxruntime-common';
import { pictureGraphs, processorPictureGraphs } from '../graph-builder/artifacts/picture-graphs.ts';
import { elementCount, type FloatTensor, floatTensor, scalarTensor } from '../graph-builder/ir/tensor.ts';
import type { Graph } from '../graph-builder/ir/value.ts';
import type { Objective } from '../graph-builder/objective/objective.ts';
import { writeOnnx } from '../graph-builder/serialise/onnx-file.ts';
import type { Picture } from '../image/picture.ts';
import { type CreateSession, namedTensors, pictureTensor, toOrtTensor } from '../train/graph-session.ts';
import { lossFetches, readLosses, type StepLosses, styleLosses } from '../train/losses.ts';

/** What the iterations on a picture are made with. */
export interface PictureStepsOptions {
  readonly objective: Objective;
  /** Style targets, layer weights and term weights by input name. */
  readonly constants: Readonly<Record<string, Tensor>>;
  /** What the picture is to show, of its size. */
  readonly photograph: Picture;
  /** Whether the sessions run on the CPU, which has forms of its own for the graphs. */
  readonly onProcessor: boolean;
  readonly createSession: CreateSession;
}

/** Iterations of Adam on one picture, from a start that the first of them is given. */
export interface PictureSteps {
  /**
   * One iteration: changes the picture's pixels.
   * @returns the loss and its terms of the picture as it was before
   */
  readonly step: (learningRate: number) => Promise<StepLosses>;
  /** The picture's pixels now [1, 3, H, W], RGB, 0..255. */
  readonly pixels: () => Float32Array;
  readonly release: () => Promise<void>;
}

/** The picture and its moments, by the names that the graph has for them. */
type State = ReadonlyMap<string, FloatTensor>;

/**
 * Loads the graphs for a picture's size and computes what stays the same.
 * @param start the pixels to begin with [1, 3, H, W], RGB, 0..255
 */
export async function createPictureSteps(
  { objective, constants, photograph, onProcessor, createSession }: PictureStepsOptions,
  start: Float32Array,
): Promise<PictureSteps> {
  const { width, height } = photograph;
  const build = onProcessor ? processorPictureGraphs : pictureGraphs;
  const { once, repeated } = build({ objective, width, height });
  const given = { ...constants, content: pictureTensor(photograph) };
  const fixed = await runOnce(once, given, createSession);
  const feeds = inputsOf(repeated, { ...given, ...fixed });
  const session = await createSession(writeOnnx(repeated));
  const shape = [1, 3, height, width];
  const stateWith = (image: Float32Array): State =>
    new Map(
      ['image', 'image.m', 'image.v'].map((name) => [
        name,
        floatTensor(shape, name === 'image' ? image : new Float32Array(elementCount(shape))),
      ]),
    );
  // Two sets of arrays: one is read, the other written.
  let current = stateWith(Float32Array.from(start));
  let other = stateWith(new Float32Array(start.length));
  let steps = 0;
  return {
    step: async (learningRate) => {
      steps++;
      const scalars = {
        step: toOrtTensor(scalarTensor(steps)),
        learning_rate: toOrtTensor(scalarTensor(learningRate)),
      };
      const outputs = await session.run(
        { ...feeds, ...scalars, ...namedTensors(current) },
        { ...lossFetches(styleLosses), ...namedTensors(other, '.new') },
      );
      const losses = readLosses(styleLosses, outputs);
      [current, other] = [other, current];
      return losses;
    },
    pixels: () => current.get('image')?.data ?? new Float32Array(),
    release: () => session.release(),
  };
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
