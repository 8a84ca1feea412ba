import type { Tensor } from 'onnxruntime-common';
import type { Picture } from '../../image/picture.ts';
import { floatData, type GraphSession, pictureTensor } from '../../loss-network/objective/graph-session.ts';

/** What is known of a painting, or of a variant of it. */
export interface PaintingStyle {
  /** Its Gram matrices by input name (`style.LAYER`, `style.levelN.LAYER`). */
  readonly targets: Readonly<Record<string, Tensor>>;
  /** Mean and deviation of what the loss network sees, not standardised [D]. */
  readonly descriptor: Float32Array;
}

/**
 * Looks at a painting.
 * @param session of the painting graph
 */
export async function lookAtPainting(session: GraphSession, painting: Picture): Promise<PaintingStyle> {
  const outputs = await session.run({ image: pictureTensor(painting) });
  const targets = Object.entries(outputs).filter(([name]) => name.startsWith('style.'));
  return { targets: Object.fromEntries(targets), descriptor: Float32Array.from(floatData(outputs, 'descriptor')) };
}
