import { CHANNELS, type Picture } from './picture.ts';

/**
 * Peak signal-to-noise ratio of two pictures: 10 · log10(255² / mean squared error) over all pixels and channels.
 * @returns decibels; Infinity for equal pictures
 * @throws if the sizes differ
 */
export function psnr(a: Picture, b: Picture): number {
  requireOneSize(a, b);
  const squaredError = a.data.reduce((sum, value, index) => sum + (value - (b.data[index] ?? 0)) ** 2, 0);
  return 10 * Math.log10((255 * 255 * a.data.length) / squaredError);
}

/** The window of the structural similarity: 11 pixels wide, a Gaussian with a standard deviation of 1.5. */
const windowSize = 11;
const windowWeights = gaussianWindow(1.5);
const luminanceConstant = (0.01 * 255) ** 2;
const contrastConstant = (0.03 * 255) ** 2;

/**
 * Structural similarity of two pictures' luminance (ITU-R BT.601): the mean of
 * (2 μ_a μ_b + C1)(2 σ_ab + C2) / ((μ_a² + μ_b² + C1)(σ_a² + σ_b² + C2)) over all places of the window inside the picture
 * (Wang, Bovik, Sheikh and Simoncelli 2004, equation 13, with their constants). A picture with a side below 11 pixels is
 * compared with its edge repeated up to that.
 * @returns at most 1, for equal pictures
 * @throws if the sizes differ
 */
export function ssim(a: Picture, b: Picture): number {
  requireOneSize(a, b);
  const [first, second] = [luminance(a), luminance(b)];
  const means = [weigh(first), weigh(second)] as const;
  const squares = [
    weigh(multiply(first, first)),
    weigh(multiply(second, second)),
    weigh(multiply(first, second)),
  ] as const;
  const similarities = means[0].data.map((meanOfA, place) => {
    const meanOfB = means[1].data[place] ?? Number.NaN;
    const [ofA = Number.NaN, ofB = Number.NaN, ofBoth = Number.NaN] = squares.map(({ data }) => data[place]);
    const covariance = ofBoth - meanOfA * meanOfB;
    const variances = ofA - meanOfA ** 2 + ofB - meanOfB ** 2;
    const likeness = (2 * meanOfA * meanOfB + luminanceConstant) * (2 * covariance + contrastConstant);
    return likeness / ((meanOfA ** 2 + meanOfB ** 2 + luminanceConstant) * (variances + contrastConstant));
  });
  return similarities.reduce((sum, similarity) => sum + similarity, 0) / similarities.length;
}

function requireOneSize(a: Picture, b: Picture): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new Error(
    `Expected two pictures of one size to compare but received ${a.width}×${a.height} and ${b.width}×${b.height}`,
  );
}

/** One value a pixel, rows from the top. */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

function luminance(picture: Picture): Plane {
  const [width, height] = [Math.max(picture.width, windowSize), Math.max(picture.height, windowSize)];
  const data = new Float64Array(width * height).map((_, place) => {
    const [x, y] = [
      Math.min(place % width, picture.width - 1),
      Math.min(Math.floor(place / width), picture.height - 1),
    ];
    const start = CHANNELS * (y * picture.width + x);
    const [red = 0, green = 0, blue = 0] = picture.data.subarray(start, start + CHANNELS);
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
  return { width, height, data };
}

function multiply(a: Plane, b: Plane): Plane {
  return { ...a, data: a.data.map((value, place) => value * (b.data[place] ?? Number.NaN)) };
}

/** The weighted means over the window, at every place where it lies inside. */
function weigh({ width, height, data }: Plane): Plane {
  const rows = { width: width - windowSize + 1, height };
  const alongRows = slide(data, rows, (place) => Math.floor(place / rows.width) * width + (place % rows.width), 1);
  const inside = { width: rows.width, height: height - windowSize + 1 };
  return { ...inside, data: slide(alongRows, inside, (place) => place, rows.width) };
}

/** Weighted sums of values a stride apart, each from its own first one on. */
function slide(
  data: Float64Array,
  { width, height }: Pick<Plane, 'width' | 'height'>,
  firstOf: (place: number) => number,
  stride: number,
): Float64Array {
  return new Float64Array(width * height).map((_, place) => {
    const first = firstOf(place);
    return windowWeights.reduce((sum, weight, step) => sum + weight * (data[first + step * stride] ?? Number.NaN), 0);
  });
}

function gaussianWindow(deviation: number): readonly number[] {
  const centre = (windowSize - 1) / 2;
  const values = Array.from({ length: windowSize }, (_, place) =>
    Math.exp(-((place - centre) ** 2) / (2 * deviation ** 2)),
  );
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}
