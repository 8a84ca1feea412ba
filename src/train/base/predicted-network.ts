import { paintingGraph } from '../../graph-builder/artifacts/painting-graph.ts';
import type { FloatTensor } from '../../graph-builder/ir/tensor.ts';
import type { Objective } from '../../graph-builder/objective/objective.ts';
import { writeOnnx } from '../../graph-builder/serialise/onnx-file.ts';
import type { Picture } from '../../image/picture.ts';
import type { CreateSession } from '../graph-session.ts';
import { lookAtPainting } from './look-at-painting.ts';
import { type Base, networkInStyle, predictStyle } from './predict-style.ts';

/**
 * The parameters of the transform network that a base predicts for a painting, without any training.
 * @param objective the loss network and the recipe that the base was trained with
 */
export async function predictedNetwork(
  base: Base,
  objective: Objective,
  painting: Picture,
  createSession: CreateSession,
): Promise<ReadonlyMap<string, FloatTensor>> {
  const session = await createSession(writeOnnx(paintingGraph(objective)));
  try {
    const { descriptor } = await lookAtPainting(session, painting);
    return networkInStyle(base, predictStyle(base, descriptor));
  } finally {
    await session.release();
  }
}
