import type { DataType } from './tensor.ts';
import type { Graph } from './value.ts';

type NoAttributes = Readonly<Record<never, never>>;

/** Attributes of a sliding window, with ONNX's names; pads are [top, left, bottom, right], always explicit. */
export interface WindowAttributes {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
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
  Conv: WindowAttributes;
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
