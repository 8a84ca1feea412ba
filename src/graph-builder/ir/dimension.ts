/**
 * Sizes of tensor axes. A dimension is a number, or an affine expression `factor · symbol + offset` over one symbol that is
 * known only when the model runs (N, H, W). Affine arithmetic is exact, so that a network that halves and doubles a
 * symbolic height finds its own height again; what leaves the affine form (a remainder, a product) becomes a new symbol
 * whose name is the expression's text, equal expressions getting equal names.
 */
export type Dimension = number | SymbolicDimension;

export interface SymbolicDimension {
  readonly symbol: string;
  readonly factor: number;
  readonly offset: number;
}

export type Shape = readonly Dimension[];

/** A dimension known only at run time. */
export function symbolic(symbol: string): SymbolicDimension {
  return { symbol, factor: 1, offset: 0 };
}

export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((dimension) => typeof dimension === 'number');
}

/**
 * The shape as numbers.
 * @throws if a dimension is symbolic; the message names what needed it
 */
export function staticShape(shape: Shape, purpose: string): readonly number[] {
  if (!isStatic(shape)) throw new Error(`Expected a static shape for ${purpose} but received ${formatShape(shape)}`);
  return shape;
}

export function addDimension(dimension: Dimension, increment: number): Dimension {
  if (typeof dimension === 'number') return dimension + increment;
  return { ...dimension, offset: dimension.offset + increment };
}

export function multiplyDimension(dimension: Dimension, factor: number): Dimension {
  // Zero times a negative number is -0, which is another text and another value than 0: + 0 makes it 0.
  if (typeof dimension === 'number') return dimension * factor + 0;
  if (factor === 0) return 0;
  return { symbol: dimension.symbol, factor: dimension.factor * factor, offset: dimension.offset * factor + 0 };
}

/** ⌊dimension / divisor⌋ for a positive integer divisor. */
export function floorDivideDimension(dimension: Dimension, divisor: number): Dimension {
  if (typeof dimension === 'number') return Math.floor(dimension / divisor);
  if (dimension.factor % divisor === 0) {
    const offset = Math.floor(dimension.offset / divisor);
    return { symbol: dimension.symbol, factor: dimension.factor / divisor, offset };
  }
  // Whole multiples come out, so that equal sizes have equal texts: ⌊(H − 2) / 2⌋ + 1 is ⌊H / 2⌋.
  const multiples = dimension.offset % divisor === 0 ? dimension.offset / divisor : 0;
  const rest = addDimension(dimension, -multiples * divisor);
  return addDimension(symbolic(`floor((${formatDimension(rest)})/${divisor})`), multiples);
}

/** ⌊dimension / divisor⌋ of sizes; by a divisor that only the run knows it is a new symbol. */
export function divideDimension(dimension: Dimension, divisor: Dimension): Dimension {
  if (typeof divisor === 'number' && divisor > 0) return floorDivideDimension(dimension, divisor);
  return symbolic(`floor((${formatDimension(dimension)})/(${formatDimension(divisor)}))`);
}

/** max(dimension, minimum); N, H and W stand for sizes of at least 1. */
export function maximumDimension(dimension: Dimension, minimum: number): Dimension {
  if (typeof dimension === 'number') return Math.max(dimension, minimum);
  if (smallestValue(dimension) >= minimum) return dimension;
  return symbolic(`max(${formatDimension(dimension)},${minimum})`);
}

/** min(dimension, maximum); N, H and W stand for sizes of at least 1. */
export function minimumDimension(dimension: Dimension, maximum: number): Dimension {
  if (typeof dimension === 'number') return Math.min(dimension, maximum);
  if (smallestValue(dimension) >= maximum) return maximum;
  return symbolic(`min(${formatDimension(dimension)},${maximum})`);
}

/** What a dimension cannot fall below; of a symbol that is an expression only halves, quarters, … of sizes are known. */
function smallestValue({ symbol, factor, offset }: SymbolicDimension): number {
  const smallest = smallestOfSymbol(symbol);
  return factor > 0 && smallest !== undefined ? factor * smallest + offset : Number.NEGATIVE_INFINITY;
}

function smallestOfSymbol(symbol: string): number | undefined {
  if (/^\w+$/.test(symbol)) return 1;
  const [, divided] = /^floor\(\((.+)\)\/\d+\)$/.exec(symbol) ?? [];
  return divided !== undefined && smallestOfSymbol(divided) !== undefined ? 0 : undefined;
}

export function addDimensions(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'number') return addDimension(b, a);
  if (typeof b === 'number') return addDimension(a, b);
  if (a.symbol !== b.symbol) return symbolic(`(${formatDimension(a)}+${formatDimension(b)})`);
  const factor = a.factor + b.factor;
  const offset = a.offset + b.offset;
  return factor === 0 ? offset : { symbol: a.symbol, factor, offset };
}

/** Product of dimensions, as Reshape's -1 needs it: common divisors in front, so that equal products have equal texts. */
export function productDimension(dimensions: readonly Dimension[]): Dimension {
  const unknown = dimensions.filter((d) => typeof d !== 'number').map(withoutDivisor);
  const numbers = dimensions.filter((d) => typeof d === 'number');
  const known = [...numbers, ...unknown.map(({ divisor }) => divisor)].reduce((product, n) => product * n, 1);
  const [first] = unknown;
  if (first === undefined) return known + 0;
  if (unknown.length === 1) return multiplyDimension(first.rest, known);
  const text = unknown.map(({ rest }) => `(${formatDimension(rest)})`).join('*');
  return multiplyDimension(symbolic(text), known);
}

/** A dimension as a product of the largest number that divides it, whatever its symbol stands for, and the rest. */
function withoutDivisor({ symbol, factor, offset }: SymbolicDimension): { divisor: number; rest: SymbolicDimension } {
  const divisor = greatestCommonDivisor(Math.abs(factor), Math.abs(offset));
  return { divisor, rest: { symbol, factor: factor / divisor, offset: offset / divisor } };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

export function sameDimension(a: Dimension, b: Dimension): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return a.symbol === b.symbol && a.factor === b.factor && a.offset === b.offset;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => sameDimension(dimension, b[axis] ?? -1));
}

/** Text of a dimension, which is also its ONNX dim_param: `H`, `2*H`, `4*floor((H-1)/4)+4`. */
export function formatDimension(dimension: Dimension): string {
  if (typeof dimension === 'number') return String(dimension);
  const { symbol, factor, offset } = dimension;
  const scaled = factor === 1 ? symbol : `${factor}*${symbol}`;
  if (offset === 0) return scaled;
  return offset > 0 ? `${scaled}+${offset}` : `${scaled}${offset}`;
}

/** Text of a shape: `[N, 3, H, W]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.map(formatDimension).join(', ')}]`;
}
