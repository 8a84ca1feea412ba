import { type FloatTensor, floatTensor } from '../../graph-builder/ir/tensor.ts';
import { type Objective, pyramidLayers } from '../../graph-builder/objective/objective.ts';
import { writeOnnx } from '../../graph-builder/onnx/onnx-file.ts';
import { lossNetworkGraph } from '../../graph-builder/programs/training-graphs.ts';
import type { Picture } from '../../image/picture.ts';
import { type CreateSession, floatData, pictureTensor } from './graph-session.ts';

/** The painting's Gram matrix at every style layer of an objective, by input name (`style.LAYER`, `style.levelN.LAYER`), [1, C, C]. */
export async function computeStyleTargets(
  objective: Objective,
  style: Picture,
  createSession: CreateSession,
): Promise<ReadonlyMap<string, FloatTensor>> {
  const session = await createSession(writeOnnx(lossNetworkGraph(objective)));
  try {
    const outputs = await session.run({ image: pictureTensor(style) });
    return new Map(
      pyramidLayers(objective.recipe).map((target) => {
        const name = `style.${target.name}`;
        const shape = outputs[name]?.dims ?? [];
        return [name, floatTensor(shape, floatData(outputs, name))];
      }),
    );
  } finally {
    await session.release();
  }
}
