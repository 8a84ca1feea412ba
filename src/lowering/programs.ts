import type { Graph } from '../graph-builder/ir/value.ts';
import type { DividedGraph } from '../graph-builder/programs/divide-graph.ts';
import { type PictureGraphOptions, pictureGraphs } from '../graph-builder/programs/picture-graphs.ts';
import { type TrainingBlockOptions, trainingBlockGraph } from '../graph-builder/programs/training-block-graph.ts';
import { type TrainingGraphOptions, trainingGraph } from '../graph-builder/programs/training-graphs.ts';
import { lower } from './lower.ts';
import type { Target } from './targets.ts';

/** training_model in the form that is fastest on a target. */
export function loweredTrainingGraph(options: TrainingGraphOptions, target: Target): Graph {
  return lower(
    trainingGraph(options, (graph) => lower(graph, target, ['forward'])),
    target,
    ['arithmetic', 'layout'],
  );
}

/** training_block in the form that is fastest on a target. */
export function loweredTrainingBlock(options: TrainingBlockOptions, target: Target): Graph {
  return lower(trainingBlockGraph(options), target, ['arithmetic', 'layout']);
}

/** The graphs that optimise a picture, in the form that is fastest on a target. */
export function loweredPictureGraphs(options: PictureGraphOptions, target: Target): DividedGraph {
  const { once, repeated } = pictureGraphs(options);
  // Both in one form: a photograph's features must equal those that it is compared with, or Adam follows the rounding.
  return { once: lower(once, target), repeated: lower(repeated, target) };
}
