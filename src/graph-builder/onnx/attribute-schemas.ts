import { z } from 'zod';
import { dataTypes } from '../ir/tensor.ts';
import type { OperatorAttributes, OperatorName } from '../ir/value.ts';

/** The operators of models that are read again: a Loop is only written. */
export type ReadableOperator = Exclude<OperatorName, 'Loop'>;

const none = z.strictObject({});
const integers = z.array(z.int());
const flag = z.union([z.literal(0), z.literal(1)]);
const window = z.strictObject({ kernel_shape: integers, strides: integers, pads: integers });
const reduction = z.strictObject({ keepdims: flag });

/** The attributes of each operator as a file must have them: all of them, since impasto writes every one. */
export const attributeSchemas: { readonly [Name in ReadableOperator]: z.ZodType<OperatorAttributes[Name]> } = {
  Add: none,
  Sub: none,
  Mul: none,
  Div: none,
  Neg: none,
  Exp: none,
  Sqrt: none,
  Tanh: none,
  Relu: none,
  Max: none,
  Clip: none,
  Greater: none,
  Equal: none,
  Where: none,
  Cast: z.strictObject({ to: z.enum(dataTypes) }),
  Identity: none,
  MatMul: none,
  Conv: window,
  ConvTranspose: window.extend({ output_padding: integers }),
  MaxPool: window,
  AveragePool: window,
  InstanceNormalization: z.strictObject({ epsilon: z.number() }),
  ReduceSum: reduction,
  ReduceMax: reduction,
  ReduceMean: reduction,
  ReduceSumSquare: reduction,
  Pad: z.strictObject({ mode: z.enum(['constant', 'reflect', 'edge']) }),
  Slice: none,
  Concat: z.strictObject({ axis: z.int() }),
  Reshape: none,
  Transpose: z.strictObject({ perm: integers }),
  Expand: none,
  Shape: none,
  Resize: z.strictObject({
    mode: z.literal('nearest'),
    coordinate_transformation_mode: z.literal('asymmetric'),
    nearest_mode: z.literal('floor'),
  }),
  DepthToSpace: z.strictObject({ blocksize: z.int(), mode: z.literal('DCR') }),
  QuantizeLinear: z.strictObject({ axis: z.int() }),
  DequantizeLinear: z.strictObject({ axis: z.int() }),
};
