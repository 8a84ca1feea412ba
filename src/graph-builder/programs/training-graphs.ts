import { differentiate } from '../autodiff/gradients.ts';
import { symbolic } from '../ir/dimension.ts';
import { type Graph, type InputValue, input, outputValue, type Value } from '../ir/value.ts';
import { type TrainedPart, trainedParameters } from '../networks/trained-part.ts';
import { type TransformNetworkOptions, transformNetwork } from '../networks/transform-network.ts';
import {
  type LossTerms,
  layerOf,
  listInputs,
  lossTerms,
  type Objective,
  objectiveInputs,
  perceive,
} from '../objective/objective.ts';
import { stabilityTerm } from '../objective/terms.ts';
import { add, mul } from '../operators/index.ts';
import { networkTerms } from './network-terms.ts';

/** What a training run's graphs are built from. */
export interface TrainingGraphOptions {
  readonly network: TransformNetworkOptions;
  readonly objective: Objective;
  /** Photographs in one run of the graph. */
  readonly batch: number;
  /** Height and width of the crops, a multiple of 4. */
  readonly size: number;
  /**
   * Adds the stability term: inputs `noise` [batch, 3, size, size] and `weight.stability`, output `loss.stability`, at the
   * cost of a second pass through the transform network. By default there is none.
   */
  readonly stability?: boolean | undefined;
  /**
   * What is trained, by default the whole network. The graph of a base also has the input `descriptor` [D, 1], which describes
   * the painting that all photographs of one run are painted after.
   */
  readonly part?: TrainedPart | undefined;
}

const outputs = ({ loss, content, style, tv }: LossTerms) => [
  { name: 'loss', value: loss },
  { name: 'loss.content', value: content },
  { name: 'loss.style', value: style },
  { name: 'loss.tv', value: tv },
];

interface Forward {
  readonly graph: Graph;
  readonly parameters: readonly InputValue[];
  readonly stylized: Value;
}

/**
 * training_model: parameters, `content`, style targets and weights → loss, its terms, one gradient a parameter.
 * @param prepared what becomes of the graph before it is differentiated, by default nothing
 */
export function trainingGraph(
  options: TrainingGraphOptions,
  prepared: (graph: Graph) => Graph = (graph) => graph,
): Graph {
  const { graph, parameters } = forward('training', options);
  return differentiate(prepared(graph), 'loss', parameters);
}

/** eval_model: as training_model, but with the stylized pictures in place of the gradients. */
export function evaluationGraph(options: TrainingGraphOptions): Graph {
  const { graph, stylized } = forward('evaluation', options);
  return { ...graph, outputs: [...graph.outputs, { name: 'stylized', value: stylized }] };
}

/**
 * Checks the height and width of crops.
 * @throws if the network could not halve and double it back, or the loss network would run out of pixels
 */
export function requireCropSize(size: number): void {
  if (Number.isInteger(size) && size % 4 === 0 && size >= 64) return;
  throw new Error(`Expected a crop size that is a multiple of 4 and at least 64 but received ${size}`);
}

function forward(name: string, options: TrainingGraphOptions): Forward {
  const { network, objective, batch, size, part = { kind: 'network' } } = options;
  requireCropSize(size);
  const content = input('content', 'float32', [batch, 3, size, size]);
  const { source, inputs, descriptor } = trainedParameters(network, part);
  const judged = objectiveInputs(objective);
  const { stylized, ...terms } = networkTerms(objective, network, source, content, judged);
  const graph = { name, inputs: [...inputs, ...descriptor, content, ...listInputs(judged)], outputs: outputs(terms) };
  if (!options.stability) return { graph, parameters: inputs, stylized };
  const noise = input('noise', 'float32', content.shape);
  const disturbed = transformNetwork(add(content, noise), network, source);
  return { graph: addStability(graph, stabilityTerm(stylized, disturbed, noise), noise), parameters: inputs, stylized };
}

function addStability(graph: Graph, stability: Value, noise: InputValue): Graph {
  const weight = input('weight.stability', 'float32', []);
  return {
    ...graph,
    inputs: [...graph.inputs, noise, weight],
    outputs: [
      { name: 'loss', value: add(outputValue(graph, 'loss'), mul(stability, weight)) },
      ...graph.outputs.filter(({ name }) => name !== 'loss'),
      { name: 'loss.stability', value: stability },
    ],
  };
}

/** Judges finished pictures of any size: `stylized` and `content` [N, 3, H, W], targets and weights → loss and terms. */
export function judgeGraph(objective: Objective): Graph {
  const pictures = (name: string) => input(name, 'float32', [symbolic('N'), 3, symbolic('H'), symbolic('W')]);
  const [stylized, content] = [pictures('stylized'), pictures('content')];
  const judged = objectiveInputs(objective);
  const terms = lossTerms(objective, stylized, content, judged);
  return { name: 'judge', inputs: [stylized, content, ...listInputs(judged)], outputs: outputs(terms) };
}

/**
 * loss_network: `image` [N, 3, H, W] of any size → the features at the content layer (`content.LAYER`) and the Gram
 * matrix at every style layer (`style.LAYER` [N, C, C]) and on every level of the pyramid (`style.levelN.LAYER`).
 */
export function lossNetworkGraph(objective: Objective): Graph {
  const image = input('image', 'float32', [symbolic('N'), 3, symbolic('H'), symbolic('W')]);
  const { contentLayer } = objective.recipe;
  const { features, gramMatrices } = perceive(objective, image);
  const targets = [...gramMatrices].map(([name, value]) => ({ name: `style.${name}`, value }));
  const content = { name: `content.${contentLayer}`, value: layerOf(features, contentLayer) };
  return { name: 'loss_network', inputs: [image], outputs: [...targets, content] };
}
