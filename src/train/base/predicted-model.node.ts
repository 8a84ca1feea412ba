import type { Picture } from '../../image/picture.ts';
import type { CreateSession } from '../../loss-network/objective/graph-session.ts';
import { loadObjective } from '../../loss-network/objective/load-objective.node.ts';
import { writeInferenceModel } from '../../lowering/inference-model.ts';
import type { DescribedBase } from '../../style-file/base/base-file.ts';
import { networkInStyle } from '../../style-file/base/predict-style.ts';
import { recipeOf } from '../../style-file/training-configuration.ts';
import { predictPaintingStyle } from './predict-painting-style.ts';

/** Short side in pixels at which a base looks at a painting: as in its training, strokes are then as wide as the painting's own. */
export const predictedStyleSize = 256;

/**
 * The style that a base predicts for a painting, by the loss network that it was trained with [K].
 * @throws if the loss network is not to be had
 */
export async function predictedStyle(
  base: DescribedBase,
  painting: Picture,
  createSession: CreateSession,
): Promise<Float32Array> {
  const objective = await loadObjective(base.description.lossNetwork, recipeOf(base.description));
  return predictPaintingStyle(base, objective, painting, createSession);
}

/** The bytes of a model that paints in the style that a base predicts for a painting. */
export async function predictedModel(
  base: DescribedBase,
  painting: Picture,
  createSession: CreateSession,
): Promise<Uint8Array> {
  const style = await predictedStyle(base, painting, createSession);
  return writeInferenceModel(base.network, networkInStyle(base, style));
}
