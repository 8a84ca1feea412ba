import { intTensor } from '../ir/tensor.ts';
import { constant, type Value } from '../ir/value.ts';
import { concat, div, mul, reshape, shapeOf, slice, transpose } from '../operators/index.ts';

/**
 * A picture's features in parts, each a sample of its own: parts × parts rectangles of equal size. Rows and columns that
 * are left over belong to none.
 * @param features [N, C, H, W], of any size or a known one
 * @param parts how many along each axis
 * @returns [N · parts², C, ⌊H / parts⌋, ⌊W / parts⌋]
 */
export function partsOf(features: Value, parts: number): Value {
  if (parts === 1) return features;
  const { covered, split, joined } = partShapes(features, parts);
  const whole = covered ? slice(features, { axes: [2, 3], starts: [0, 0], ends: covered }) : features;
  // One transposition has one as its gradient; slices would have as many whole pictures as there are parts.
  return reshape(transpose(reshape(whole, split), [0, 2, 4, 1, 3, 5]), joined);
}

type IntVector = Value | readonly number[];

/** The shapes that a picture's features go through; `covered` is the height and width of all parts, if that is not the whole. */
interface PartShapes {
  readonly covered: IntVector | undefined;
  /** [N, C, parts, H / parts, parts, W / parts] */
  readonly split: IntVector;
  readonly joined: IntVector;
}

function partShapes(features: Value, parts: number): PartShapes {
  const { shape } = features;
  const sizes = shape.filter((size) => typeof size === 'number');
  return sizes.length === shape.length ? knownShapes(sizes, parts) : computedShapes(features, parts);
}

function knownShapes([samples = 0, channels = 0, height = 0, width = 0]: readonly number[], parts: number): PartShapes {
  const [partHeight, partWidth] = [Math.floor(height / parts), Math.floor(width / parts)];
  const isWhole = partHeight * parts === height && partWidth * parts === width;
  return {
    covered: isWhole ? undefined : [parts * partHeight, parts * partWidth],
    split: [samples, channels, parts, partHeight, parts, partWidth],
    joined: [samples * parts ** 2, channels, partHeight, partWidth],
  };
}

/** The same, computed in the graph. */
function computedShapes(features: Value, parts: number): PartShapes {
  const numbers = (...values: readonly number[]) => constant(intTensor(values));
  const sizes = shapeOf(features);
  const sizesAt = (start: number, end: number, of: Value = sizes) =>
    slice(of, { axes: [0], starts: [start], ends: [end] });
  const part = div(sizesAt(2, 4), numbers(parts, parts));
  const [height, width] = [sizesAt(0, 1, part), sizesAt(1, 2, part)];
  return {
    covered: mul(part, numbers(parts, parts)),
    split: concat([sizesAt(0, 2), numbers(parts), height, numbers(parts), width], 0),
    joined: concat([mul(sizesAt(0, 1), numbers(parts ** 2)), sizesAt(1, 2), height, width], 0),
  };
}
