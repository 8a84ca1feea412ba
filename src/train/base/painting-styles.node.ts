import type { Tensor } from 'onnxruntime-common';
import { decodeResized, pictureSize } from '../../image/decode.node.ts';
import type { Picture } from '../../image/picture.ts';
import { RandomPurpose, randomStream } from '../data/random.ts';
import { floatData, type GraphSession, pictureTensor } from '../graph-session.ts';
import { drawVariant, showVariant } from './painting-variant.ts';

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

/** Variants of paintings, each looked at once: what is known of them stays in memory, some 3 MB a variant. */
export class PaintingStyles {
  private readonly known = new Map<string, Promise<PaintingStyle>>();

  /** @param session of the painting graph */
  constructor(
    private readonly session: GraphSession,
    private readonly seed: number,
  ) {}

  /**
   * A variant's style: it depends on the seed, the file's place in the list and the variant's number alone.
   * @param painting the file, and its place in the list of all paintings
   * @throws PictureError if it is not a picture
   */
  styleOf(painting: { readonly path: string; readonly index: number }, variant: number): Promise<PaintingStyle> {
    const key = `${painting.index}.${variant}`;
    const known = this.known.get(key) ?? this.look(painting, variant);
    this.known.set(key, known);
    return known;
  }

  private async look({ path, index }: { readonly path: string; readonly index: number }, number: number) {
    const random = randomStream(this.seed, RandomPurpose.PaintingVariant, index, number);
    const variant = drawVariant(await pictureSize(path), number, random);
    const { width, height } = variant.resized;
    const painting = await decodeResized(path, { shortSide: Math.min(width, height) });
    return lookAtPainting(this.session, showVariant(painting, variant));
  }
}
