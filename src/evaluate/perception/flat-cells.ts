import { CHANNELS, type Picture } from '../../image/picture.ts';

/** Side of the square cells in which pictures are compared patch by patch, in pixels: the stride of relu4_1. */
export const cellSide = 8;

/** How far around a cell's centre its surroundings reach, in pixels. */
const reach = 10;

/** The part of a photograph's cells that counts as flat. */
const flatPart = 1 / 3;

/** Weights of red, green and blue in the luminance (ITU-R BT.601). */
export const luminanceWeights = [0.299, 0.587, 0.114] as const;

/**
 * The flat regions of a photograph, where it gives a style nothing to hold on to: the third of its cells in whose
 * surroundings luminance varies least, all that vary as little as the last of them included.
 * @returns the numbers of the flat cells, counted in rows from the top; pixels at the right and below that fill no cell are in
 * none
 * @throws if the photograph is smaller than a cell
 */
export function flatCells(photograph: Picture): readonly number[] {
  const variances = cellVariances(photograph);
  const limit = variances.toSorted()[Math.ceil(variances.length * flatPart) - 1];
  if (limit === undefined) {
    const { width, height } = photograph;
    throw new Error(`Expected a photograph of at least ${cellSide}×${cellSide} pixels but received ${width}×${height}`);
  }
  return [...variances.keys()].filter((cell) => (variances[cell] ?? Infinity) <= limit);
}

/** The variance of luminance in the surroundings of each cell. */
function cellVariances(picture: Picture): Float64Array {
  const { width, height } = picture;
  const columns = Math.floor(width / cellSide);
  const rows = Math.floor(height / cellSide);
  const sums = prefixSums(picture, (luminance) => luminance);
  const squares = prefixSums(picture, (luminance) => luminance ** 2);
  return Float64Array.from({ length: rows * columns }, (_, cell) => {
    const [left, right] = surroundings(cell % columns, width);
    const [top, bottom] = surroundings(Math.floor(cell / columns), height);
    const window = { left, right, top, bottom };
    const count = (right - left) * (bottom - top);
    const mean = windowSum(sums, width, window) / count;
    // Whole numbers of thousandths, so that equal surroundings have equal variances wherever they are.
    return Math.round(1000 * (windowSum(squares, width, window) / count - mean ** 2));
  });
}

interface Window {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where the surroundings of a cell begin and end on one axis. */
function surroundings(cell: number, size: number): readonly [from: number, to: number] {
  const centre = cell * cellSide + cellSide / 2;
  return [Math.max(0, centre - reach), Math.min(size, centre + reach)];
}

/** Sums over all pixels above and to the left of each corner: [height + 1, width + 1]. */
function prefixSums({ width, height, data }: Picture, term: (luminance: number) => number): Float64Array {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      const pixel = CHANNELS * (y * width + x);
      row += term(luminanceWeights.reduce((sum, weight, channel) => sum + weight * (data[pixel + channel] ?? 0), 0));
      sums[(y + 1) * stride + x + 1] = (sums[y * stride + x + 1] ?? 0) + row;
    }
  }
  return sums;
}

function windowSum(sums: Float64Array, width: number, { left, right, top, bottom }: Window): number {
  const at = (x: number, y: number) => sums[y * (width + 1) + x] ?? 0;
  return at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top);
}
