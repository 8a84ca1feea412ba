import { inferenceModel } from '../../graph-builder/artifacts/inference-model.ts';
import { writeOnnx } from '../../graph-builder/serialise/onnx-file.ts';
import type { Picture } from '../../image/picture.ts';
import { recipeOf } from '../configuration.ts';
import type { CreateSession } from '../graph-session.ts';
import { loadObjective } from '../load-objective.node.ts';
import type { DescribedBase } from './base-file.ts';
import { predictPaintingStyle } from './predict-painting-style.ts';
import { networkInStyle } from './predict-style.ts';

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
  return writeOnnx(inferenceModel(base.network, networkInStyle(base, style)));
}
