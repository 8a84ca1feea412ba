import { type PictureSize, sizeWithLongSide } from '../image/picture.ts';

/** One size at which a picture is optimised, and for how many iterations. */
export interface Level extends PictureSize {
  readonly iterations: number;
}

/** A level is not halved again once its long side is at most this many pixels. */
const coarseLongSide = 192;

/**
 * The sizes at which a picture is optimised, the smallest first: its own and its halves. What is large in a painting takes
 * shape on small pictures, where it is near, and an iteration costs little there.
 * @param size the picture's own
 * @param iterations on all levels together; shared out evenly, the rest going to the smallest
 * @param shortestSide what no side may fall below
 */
export function planLevels(size: PictureSize, iterations: number, shortestSide: number): readonly Level[] {
  const sizes = [size];
  for (;;) {
    const [smallest = size] = sizes;
    const longSide = Math.max(smallest.width, smallest.height);
    const half = sizeWithLongSide(size, Math.round(longSide / 2));
    if (longSide <= coarseLongSide || Math.min(half.width, half.height) < shortestSide) break;
    if (sizes.length === iterations) break;
    sizes.unshift(half);
  }
  const share = Math.floor(iterations / sizes.length);
  const rest = iterations - share * sizes.length;
  return sizes.map((level, index) => ({ ...level, iterations: index === 0 ? share + rest : share }));
}
