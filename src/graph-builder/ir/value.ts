import { type Dimension, formatShape, type Shape } from './dimension.ts';
import type { DataType, Tensor } from './tensor.ts';

interface TypedShape {
  readonly type: DataType;
  readonly shape: Shape;
  /** What an int64 vector or scalar holds, where that is known: shapes, axes and pads computed in the graph. */
  readonly contents?: readonly Dimension[];
}

/** A graph input: a photograph, or a parameter of a network being trained. */
export interface InputValue extends TypedShape {
  readonly kind: 'input';
  readonly name: string;
}

/** A constant of the graph, an ONNX initializer; a name makes it findable in the file. */
export interface ConstantValue extends TypedShape {
  readonly kind: 'constant';
  readonly tensor: Tensor;
  readonly name?: string;
}

/** An output of an operator: of a Loop one of several, of any other the only one. */
export interface ResultValue extends TypedShape {
  readonly kind: 'result';
  readonly node: Node;
  /** Which of the node's outputs it is, from 0. */
  readonly output: number;
}

/** An edge of the graph: plain readonly data that knows where it comes from. */
export type Value = InputValue | ConstantValue | ResultValue;

type NoAttributes = Readonly<Record<never, never>>;

/** Attributes of a sliding window, with ONNX's names; pads are [top, left, bottom, right], always explicit. */
export interface WindowAttributes {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
}

/** A convolution's window; its taps are `dilations` pixels apart, by default one. */
export interface ConvolutionAttributes extends WindowAttributes {
  readonly dilations?: readonly number[];
}

/**
 * The closed set of operators that impasto's graphs use, each with its ONNX attributes under their ONNX names
 * (opset 18). Tables of shape rules and gradient rules are keyed by it, so that a missing rule does not compile.
 */
export interface OperatorAttributes {
  Add: NoAttributes;
  Sub: NoAttributes;
  Mul: NoAttributes;
  Div: NoAttributes;
  Neg: NoAttributes;
  Exp: NoAttributes;
  Sqrt: NoAttributes;
  Tanh: NoAttributes;
  Relu: NoAttributes;
  Max: NoAttributes;
  Clip: NoAttributes;
  Greater: NoAttributes;
  Equal: NoAttributes;
  Where: NoAttributes;
  Cast: { readonly to: DataType };
  Identity: NoAttributes;
  MatMul: NoAttributes;
  Conv: ConvolutionAttributes;
  ConvTranspose: WindowAttributes & { readonly output_padding: readonly number[] };
  MaxPool: WindowAttributes;
  AveragePool: WindowAttributes;
  InstanceNormalization: { readonly epsilon: number };
  ReduceSum: { readonly keepdims: 0 | 1 };
  ReduceMax: { readonly keepdims: 0 | 1 };
  ReduceMean: { readonly keepdims: 0 | 1 };
  ReduceSumSquare: { readonly keepdims: 0 | 1 };
  Pad: { readonly mode: 'constant' | 'reflect' | 'edge' };
  Slice: NoAttributes;
  Concat: { readonly axis: number };
  Reshape: NoAttributes;
  Transpose: { readonly perm: readonly number[] };
  Expand: NoAttributes;
  Shape: NoAttributes;
  Resize: {
    readonly mode: 'nearest';
    readonly coordinate_transformation_mode: 'asymmetric';
    readonly nearest_mode: 'floor';
  };
  DepthToSpace: { readonly blocksize: number; readonly mode: 'DCR' };
  /** Where scale and zero point are vectors, the axis that they belong to. */
  QuantizeLinear: { readonly axis: number };
  DequantizeLinear: { readonly axis: number };
  /** Inputs of the body: iteration, condition, carried values; outputs: condition, carried values, collected values. */
  Loop: { readonly body: Graph };
}

export type OperatorName = keyof OperatorAttributes;

/** One application of an operator; an optional input that is left out is null. */
export type Node<Name extends OperatorName = OperatorName> = {
  [N in Name]: {
    readonly operator: N;
    readonly inputs: readonly (Value | null)[];
    readonly attributes: OperatorAttributes[N];
    /** Where in the network it was made, such as `residual.3.conv1`. */
    readonly scope: string;
  };
}[Name];

/** A named result of a graph. */
export interface GraphOutput {
  readonly name: string;
  readonly value: Value;
}

/** A whole computation: its nodes are those that the outputs reach (see `sortNodes`). */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly InputValue[];
  readonly outputs: readonly GraphOutput[];
}

export function input(name: string, type: DataType, shape: Shape): InputValue {
  return { kind: 'input', name, type, shape };
}

/** A constant; a vector of int64 carries its contents for shape inference. */
export function constant(tensor: Tensor, name?: string): ConstantValue {
  const value = { kind: 'constant', tensor, type: tensor.type, shape: tensor.shape } as const;
  const named = name === undefined ? value : { ...value, name };
  return tensor.type === 'int64' && tensor.shape.length === 1
    ? { ...named, contents: Array.from(tensor.data, Number) }
    : named;
}

/** How many outputs a node has. */
export function outputCount(node: Node): number {
  return node.operator === 'Loop' ? node.attributes.body.outputs.length - 1 : 1;
}

/**
 * The output of a graph by its name.
 * @throws if the graph has no such output
 */
export function outputValue(graph: Graph, name: string): Value {
  const output = graph.outputs.find((candidate) => candidate.name === name);
  if (!output) {
    const names = graph.outputs.map((candidate) => candidate.name).join(', ');
    throw new Error(`Expected an output of the graph ${graph.name} (${names}) but received ${name}`);
  }
  return output.value;
}

/** Short text of a value for messages: `float32 [1, 3, H, W]`. */
export function describe(value: Value | null): string {
  return value === null ? 'nothing' : `${value.type} ${formatShape(value.shape)}`;
}
