import { fromPlanar, type Picture } from '../../image/picture.ts';
import { type CreateSession, floatData, pictureTensor } from '../../loss-network/objective/graph-session.ts';

/** A photograph that is stylized now and then while a network is trained. */
export interface Preview {
  readonly name: string;
  readonly photograph: Picture;
}

/** A preview photograph and what a model makes of it. */
export interface StylizedPreview extends Preview {
  readonly picture: Picture;
}

/** Stylizes the preview photographs with a model file's bytes. */
export async function stylizePreviews(
  previews: readonly Preview[],
  model: Uint8Array,
  createSession: CreateSession,
): Promise<readonly StylizedPreview[]> {
  if (previews.length === 0) return [];
  const session = await createSession(model);
  try {
    const stylized: StylizedPreview[] = [];
    for (const preview of previews) {
      const { width, height } = preview.photograph;
      const outputs = await session.run({ image: pictureTensor(preview.photograph) });
      stylized.push({ ...preview, picture: fromPlanar(floatData(outputs, 'stylized'), width, height) });
    }
    return stylized;
  } finally {
    await session.release();
  }
}
