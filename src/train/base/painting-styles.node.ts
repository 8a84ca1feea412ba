import { decodeResized, pictureSize } from '../../image/decode.node.ts';
import { RandomPurpose, randomStream } from '../data/random.ts';
import type { GraphSession } from '../graph-session.ts';
import { lookAtPainting, type PaintingStyle } from './look-at-painting.ts';
import { drawVariant, showVariant } from './painting-variant.ts';

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
