import { RandomPurpose, randomStream } from '../../dataset/random.ts';
import { decodeResized } from '../../image/decode.node.ts';
import { examinePainting, type Painting } from '../../image/painting.node.ts';
import type { GraphSession } from '../../loss-network/objective/graph-session.ts';
import { lookAtPainting, type PaintingStyle } from './look-at-painting.ts';
import { drawVariant, showVariant } from './painting-variant.ts';

/** Variants of paintings, each looked at once: what is known of them stays in memory, some 3 MB a variant. */
export class PaintingStyles {
  private readonly known = new Map<string, Promise<PaintingStyle>>();
  private readonly examined = new Map<string, Promise<Painting>>();

  /**
   * @param session of the painting graph
   * @param onNotice told one sentence of a painting that is read in a way that may not be expected
   */
  constructor(
    private readonly session: GraphSession,
    private readonly seed: number,
    private readonly onNotice: (sentence: string) => void,
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

  /** Frames and dark borders are no part of a painting. */
  private examine(path: string): Promise<Painting> {
    const { onNotice } = this;
    const examined = this.examined.get(path) ?? examinePainting(path, { keepFrame: false, onNotice });
    this.examined.set(path, examined);
    return examined;
  }

  private async look({ path, index }: { readonly path: string; readonly index: number }, number: number) {
    const { size, region } = await this.examine(path);
    const random = randomStream(this.seed, RandomPurpose.PaintingVariant, index, number);
    const variant = drawVariant(region ?? size, number, random);
    const { width, height } = variant.resized;
    const painting = await decodeResized(path, { shortSide: Math.min(width, height), region });
    return lookAtPainting(this.session, showVariant(painting, variant));
  }
}
