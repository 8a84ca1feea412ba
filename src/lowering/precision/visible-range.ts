import type { Graph, ResultValue, Value } from '../../graph-builder/ir/value.ts';
import { required } from '../../graph-builder/operators/inference.ts';
import { frozenTensor } from '../frozen-tensor.ts';
import type { ValueRange } from './quantization.ts';

/** A convolution's result, and the values of it that tell in the graph's output; beyond them it is the same. */
export interface VisibleRange {
  readonly output: ResultValue;
  readonly range: ValueRange;
}

/**
 * What can be seen of the last convolution's result: an output tanh(x) · 150 + 127.5, cut to 0..255, is the same for all x
 * beyond ±1.26. Found by going back from the graph's only output, through operators on single numbers and those that move
 * pixels, to the convolution.
 * @returns undefined if something else stands between them
 */
export function visibleRange(graph: Graph): VisibleRange | undefined {
  const [output, ...others] = graph.outputs;
  if (!output || others.length > 0) return undefined;
  return traceBack(output.value, { minimum: Number.NEGATIVE_INFINITY, maximum: Number.POSITIVE_INFINITY });
}

function traceBack(value: Value, range: ValueRange): VisibleRange | undefined {
  if (value.kind !== 'result') return undefined;
  const { operator, inputs } = value.node;
  if (operator === 'Conv') return { output: value, range };
  const before = rangeBefore(operator, range, inputs.slice(1).map(numberOf));
  return before && traceBack(required(inputs, 0), before);
}

/** The range of an operator's first input that gives the range of its result. */
function rangeBefore(
  operator: string,
  { minimum, maximum }: ValueRange,
  [first, second]: readonly (number | undefined)[],
): ValueRange | undefined {
  switch (operator) {
    case 'DepthToSpace':
    case 'Slice':
    case 'Pad':
      return { minimum, maximum };
    case 'Tanh':
      return { minimum: Math.atanh(Math.max(minimum, -1)), maximum: Math.atanh(Math.min(maximum, 1)) };
    case 'Add':
      return first === undefined ? undefined : { minimum: minimum - first, maximum: maximum - first };
    case 'Mul':
      return first === undefined || first <= 0 ? undefined : { minimum: minimum / first, maximum: maximum / first };
    case 'Clip':
      if (first === undefined || second === undefined) return undefined;
      return { minimum: Math.max(minimum, first), maximum: Math.min(maximum, second) };
    default:
      return undefined;
  }
}

/** The number that a constant of one element is. */
function numberOf(value: Value | null): number | undefined {
  const tensor = value ? frozenTensor(value) : undefined;
  return tensor?.data.length === 1 ? tensor.data[0] : undefined;
}
