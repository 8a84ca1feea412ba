import type { Objective } from '../../graph-builder/objective/objective.ts';
import { writeOnnx } from '../../graph-builder/onnx/onnx-file.ts';
import { descriptorGraph } from '../../graph-builder/programs/painting-graph.ts';
import type { Picture } from '../../image/picture.ts';
import type { CreateSession } from '../../loss-network/objective/graph-session.ts';
import { type Base, predictStyle } from '../../style-file/base/predict-style.ts';
import { lookAtPainting } from './look-at-painting.ts';

/**
 * The style that a base predicts for a painting, without any training [K].
 * @param objective the loss network and the recipe that the base was trained with
 */
export async function predictPaintingStyle(
  base: Base,
  objective: Objective,
  painting: Picture,
  createSession: CreateSession,
): Promise<Float32Array> {
  const session = await createSession(writeOnnx(descriptorGraph(objective)));
  try {
    const { descriptor } = await lookAtPainting(session, painting);
    return predictStyle(base, descriptor);
  } finally {
    await session.release();
  }
}
