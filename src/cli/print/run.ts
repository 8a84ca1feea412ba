import type { Graph } from '../../graph-builder/ir/value.ts';
import { recipes } from '../../graph-builder/objective/recipes.ts';
import { printGraph } from '../../graph-builder/onnx/print-graph.ts';
import { readGraph } from '../../graph-builder/onnx/read-graph.ts';
import { trainingGraph } from '../../graph-builder/programs/training-graphs.ts';
import { readModel } from '../../infer/open-stylizer.node.ts';
import { resolveModel } from '../../infer/shipped-styles.node.ts';
import { loadObjective } from '../../loss-network/objective/load-objective.node.ts';
import { foldSizes } from '../../lowering/constant-folding.ts';
import { costOf } from '../../lowering/cost.ts';
import { fixSize, type PixelSize } from '../../lowering/export/fixed-size.ts';
import { lower } from '../../lowering/lower.ts';
import { loweredTrainingGraph } from '../../lowering/programs.ts';
import type { Target } from '../../lowering/targets.ts';
import { canonicalGraph } from '../../style-file/canonical-graph.ts';
import { report } from '../shared/options.ts';

/** The flags of `impasto print`. */
export interface PrintArguments {
  readonly graph: string;
  readonly target: Target | undefined;
  readonly size: PixelSize | undefined;
}

const defaultSize: PixelSize = { width: 256, height: 256 };

/** Prints a graph, lowered for a target if one is given, and what it costs. */
export async function runPrint(
  { graph: name, target, size = defaultSize }: PrintArguments,
  json: boolean,
): Promise<void> {
  const graph = name === 'training' ? await trainingStep(target, size) : await modelGraph(name, target, size);
  const cost = costOf(graph);
  const text = printGraph(graph);
  const lines = [
    text.trimEnd(),
    `${(cost.multiplications / 1e9).toFixed(2)} billion multiplications, ${(cost.bytes / 1e6).toFixed(0)} MB written`,
  ];
  report({ graph: name, target, ...cost, text }, lines.join('\n'), json);
}

async function trainingStep(target: Target | undefined, { width: size }: PixelSize): Promise<Graph> {
  const objective = await loadObjective(recipes.balanced.lossNetwork, recipes.balanced);
  const network = { channels: 16, upsampling: 'resize', padding: 'reflect', output: 'tanh' } as const;
  const options = { network, objective, batch: 1, size };
  return target === undefined ? trainingGraph(options) : loweredTrainingGraph(options, target);
}

async function modelGraph(name: string, target: Target | undefined, size: PixelSize): Promise<Graph> {
  const model = await readModel(await resolveModel(name));
  const graph = canonicalGraph(model) ?? readGraph(model);
  const sized = graph.inputs.some(({ shape }) => shape.some((side) => typeof side !== 'number'))
    ? fixSize(graph, size)
    : graph;
  return target === undefined ? sized : lower(foldSizes(sized), target);
}
