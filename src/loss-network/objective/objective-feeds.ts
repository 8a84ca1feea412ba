import type { Tensor } from 'onnxruntime-common';
import { type FloatTensor, scalarTensor } from '../../graph-builder/ir/tensor.ts';
import type { TermWeights } from '../../graph-builder/objective/recipes.ts';
import { namedTensors } from './graph-session.ts';

/** What an objective's graphs read besides pictures and parameters. */
export interface ObjectiveConstants {
  /** The painting's Gram matrices by input name (`style.LAYER`), as computeStyleTargets gives them. */
  readonly styleTargets: ReadonlyMap<string, FloatTensor>;
  readonly weights: TermWeights;
  /** By layer, such as `relu4_1`. */
  readonly layerWeights: Readonly<Record<string, number>>;
}

/** Style targets, layer weights and term weights by input name. */
export function objectiveTensors({
  styleTargets,
  weights,
  layerWeights,
}: ObjectiveConstants): ReadonlyMap<string, FloatTensor> {
  const scalars = [
    ...Object.entries(weights).map(([term, weight]) => [`weight.${term}`, scalarTensor(weight)] as const),
    ...Object.entries(layerWeights).map(([layer, weight]) => [`weight.style.${layer}`, scalarTensor(weight)] as const),
  ];
  return new Map([...styleTargets, ...scalars]);
}

/** As `objectiveTensors`, ready to be fed to a session. */
export function objectiveFeeds(constants: ObjectiveConstants): Record<string, Tensor> {
  return namedTensors(objectiveTensors(constants));
}
