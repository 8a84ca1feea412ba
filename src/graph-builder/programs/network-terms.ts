import type { Value } from '../ir/value.ts';
import type { ParameterSource } from '../networks/parameters.ts';
import {
  type TransformNetworkOptions,
  transformNetworkResult,
  visibleResponse,
} from '../networks/transform-network.ts';
import { gridTerm } from '../objective/grid-term.ts';
import { type LossTerms, lossTerms, type Objective, type ObjectiveInputs } from '../objective/objective.ts';
import { rangeTerm } from '../objective/terms.ts';
import { add, mul } from '../operators/index.ts';

/** A network's pictures of some photographs, and what the objective says of them. */
export interface NetworkTerms extends LossTerms {
  readonly stylized: Value;
}

/**
 * The objective of a network in training: that of its pictures and, where the recipe has them, the range term and the grid
 * term, which are a part of the loss alone.
 * @param content photographs [N, 3, H, W], H and W multiples of 4, RGB 0..255
 */
export function networkTerms(
  objective: Objective,
  network: TransformNetworkOptions,
  parameter: ParameterSource,
  content: Value,
  inputs: ObjectiveInputs,
): NetworkTerms {
  const { stylized, response } = transformNetworkResult(content, network, parameter);
  const terms = lossTerms(objective, stylized, content, inputs);
  const { rangeWeight, gridWeight } = objective.recipe;
  let { loss } = terms;
  if (rangeWeight > 0) loss = add(loss, mul(rangeTerm(response, visibleResponse(network)), rangeWeight));
  if (gridWeight > 0) loss = add(loss, mul(gridTerm(stylized), gridWeight));
  return { ...terms, loss, stylized };
}
