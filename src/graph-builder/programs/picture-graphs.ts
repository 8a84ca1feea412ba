import { gradients } from '../autodiff/gradients.ts';
import { inScope } from '../ir/scope.ts';
import { type Graph, type GraphOutput, input } from '../ir/value.ts';
import { listInputs, lossTerms, type Objective, objectiveInputs } from '../objective/objective.ts';
import { clip } from '../operators/index.ts';
import { type DividedGraph, divideGraph } from './divide-graph.ts';
import { adamScalars, adamUpdate } from './optimizer-graph.ts';

/** What the graphs that optimise a picture are built from. */
export interface PictureGraphOptions {
  readonly objective: Objective;
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Graphs that change a picture's own pixels to lower an objective (Gatys et al., "Image Style Transfer Using Convolutional
 * Neural Networks", 2016), by Adam, kept within 0..255.
 *
 * `once`: `content` [1, 3, H, W] (RGB, 0..255), style targets and weights → `fixed.*`.
 * `repeated`, one iteration: `image`, `image.m`, `image.v` [1, 3, H, W], `step` (float32 scalar, 1 at the first),
 * `learning_rate` (on the scale 0..255), `fixed.*`, and those weights that it reads → `image.new`, `image.m.new`,
 * `image.v.new`, and of the picture before it `loss`, `loss.content`, `loss.style`, `loss.tv`.
 */
export function pictureGraphs({ objective, width, height }: PictureGraphOptions): DividedGraph {
  const pixels = (name: string) => input(name, 'float32', [1, 3, height, width]);
  const [image, first, second, content] = [pixels('image'), pixels('image.m'), pixels('image.v'), pixels('content')];
  const [step, learningRate] = [input('step', 'float32', []), input('learning_rate', 'float32', [])];
  const judged = objectiveInputs(objective);
  const { loss, content: contentTerm, style, tv } = lossTerms(objective, image, content, judged);
  const [gradient] = inScope('gradient', () => gradients(loss, [image]));
  if (!gradient) throw new Error('Expected the loss to depend on the picture but it does not');
  const scalars = adamScalars(step, learningRate);
  const updated = inScope('image', () => adamUpdate('image', [image, gradient, first, second], scalars));
  const graph: Graph = {
    name: 'picture',
    inputs: [image, first, second, step, learningRate, content, ...listInputs(judged)],
    outputs: [
      { name: 'loss', value: loss },
      { name: 'loss.content', value: contentTerm },
      { name: 'loss.style', value: style },
      { name: 'loss.tv', value: tv },
      ...updated.map((output) => (output.name === 'image.new' ? withinRange(output) : output)),
    ],
  };
  return divideGraph(graph, [image, first, second, step, learningRate]);
}

function withinRange({ name, value }: GraphOutput): GraphOutput {
  return { name, value: clip(value, 0, 255) };
}
