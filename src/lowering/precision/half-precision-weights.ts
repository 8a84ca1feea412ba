import { floatToHalf, halfToFloat, largestHalf } from '../../graph-builder/ir/half-float.ts';
import { elementCount } from '../../graph-builder/ir/tensor.ts';
import { constant, type Graph, type Value } from '../../graph-builder/ir/value.ts';
import { apply } from '../../graph-builder/operators/apply.ts';
import { cast } from '../../graph-builder/operators/index.ts';
import { rewriteGraph } from '../../graph-builder/operators/rewrite.ts';

/** Smaller arrays (scales, biases, attributes given as inputs) would save nothing and cost an operator. */
const smallestArray = 256;

/**
 * Keeps weights in half precision, at half the file's size: a float32 constant becomes a float16 one followed by a Cast to
 * float32, which ONNX Runtime computes once, when the model is loaded. All arithmetic stays float32: the function is the
 * same but for the rounding of the weights (relative to each at most 2⁻¹¹, absolute below 6·10⁻⁵ at most 3·10⁻⁸). Small
 * arrays, and those with a value that half precision cannot hold, stay as they are.
 */
export function halfPrecisionWeights(graph: Graph): Graph {
  const halved = new Map<Value, Value>();
  const halve = (value: Value | null): Value | null => {
    if (value === null) return null;
    const known = halved.get(value) ?? halfPrecision(value);
    halved.set(value, known);
    return known;
  };
  return rewriteGraph(graph, (node) => {
    if (node.operator === 'Loop') return undefined;
    const inputs = node.inputs.map(halve);
    const isUnchanged = inputs.every((value, index) => value === node.inputs[index]);
    return isUnchanged ? undefined : apply(node.operator, inputs, node.attributes);
  });
}

function halfPrecision(value: Value): Value {
  if (value.kind !== 'constant' || !(value.tensor.data instanceof Float32Array)) return value;
  const { shape, data } = value.tensor;
  if (elementCount(shape) < smallestArray || data.some((number) => Math.abs(number) > largestHalf)) return value;
  return cast(constant({ type: 'float16', shape, data: floatToHalf(data) }, value.name), 'float32');
}

/** Undoes `halfPrecisionWeights`: the rounded weights as float32 constants. */
export function fullPrecisionWeights(graph: Graph): Graph {
  return rewriteGraph(graph, ({ operator, inputs: [weights] }, { type }) => {
    if (operator !== 'Cast' || type !== 'float32' || weights?.kind !== 'constant') return undefined;
    const { shape, data } = weights.tensor;
    if (!(data instanceof Uint16Array)) return undefined;
    return constant({ type: 'float32', shape, data: halfToFloat(data) }, weights.name);
  });
}
