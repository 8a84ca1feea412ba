import { type Dimension, formatDimension } from '../../src/graph-builder/ir/dimension.ts';

/** Sizes of the symbols that stand for axes known only at run time. */
export type SymbolSizes = Readonly<Record<string, number>>;

/** A dimension's number for given sizes; a symbol that is an expression is evaluated from its text. */
export function evaluateDimension(dimension: Dimension, sizes: SymbolSizes): number {
  if (typeof dimension === 'number') return dimension;
  return dimension.factor * evaluateText(dimension.symbol, sizes) + dimension.offset;
}

/** The number that a dimension's printed text stands for. */
export function evaluateFormatted(dimension: Dimension, sizes: SymbolSizes): number {
  return evaluateText(formatDimension(dimension), sizes);
}

/**
 * Evaluates numbers, symbols, + − * /, parentheses, floor(·), max(·, ·) and min(·, ·) with the usual precedence.
 * @throws if the text is anything else
 */
export function evaluateText(text: string, sizes: SymbolSizes): number {
  const tokens = text.match(/\d+|[A-Za-z]+|[-+*/(),]/g) ?? [];
  if (tokens.join('') !== text) throw new Error(`Expected an expression of sizes but received ${text}`);
  let next = 0;
  const take = (expected: string) => {
    if (tokens[next++] !== expected) throw new Error(`Expected ${expected} in ${text}`);
  };
  const list = (): number[] => {
    take('(');
    const values = [sum()];
    while (tokens[next] === ',') {
      next++;
      values.push(sum());
    }
    take(')');
    return values;
  };
  const atom = (): number => {
    const token = tokens[next];
    if (token === '(') return list()[0] ?? Number.NaN;
    next++;
    if (token === '-') return -atom();
    if (token === 'floor') return Math.floor(list()[0] ?? Number.NaN);
    if (token === 'max') return Math.max(...list());
    if (token === 'min') return Math.min(...list());
    const value = sizes[token ?? ''] ?? Number(token);
    if (Number.isNaN(value)) throw new Error(`Expected a size for ${token} in ${text}`);
    return value;
  };
  const product = (): number => {
    let value = atom();
    while (tokens[next] === '*' || tokens[next] === '/') {
      value = tokens[next++] === '*' ? value * atom() : value / atom();
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[next] === '+' || tokens[next] === '-') {
      value = tokens[next++] === '+' ? value + product() : value - product();
    }
    return value;
  };
  const value = sum();
  if (next !== tokens.length) throw new Error(`Expected the end of ${text} after ${tokens.slice(0, next).join('')}`);
  return value;
}
