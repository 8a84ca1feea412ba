import { z } from 'zod';
import { type DataType, dataTypes } from '../ir/tensor.ts';
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
  Conv: window.extend({ dilations: integers.exactOptional() }),
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

/** How ONNX stores an attribute: a number as an integer or a float, an element type by its number. */
export type AttributeKind = 'int' | 'float' | 'ints' | 'string' | 'type' | 'graph';

type KindOf<Value> = Value extends number
  ? 'int' | 'float'
  : Value extends readonly number[]
    ? 'ints'
    : Value extends DataType
      ? 'type'
      : Value extends string
        ? 'string'
        : 'graph';

type Kinds<Attributes> = { readonly [Name in keyof Attributes]-?: KindOf<NonNullable<Attributes[Name]>> };

const windowKinds = { kernel_shape: 'ints', strides: 'ints', pads: 'ints' } as const;
const reductionKinds = { keepdims: 'int' } as const;

/** The kind of each attribute of each operator: one that is added does not compile without. */
export const attributeKinds: { readonly [Name in OperatorName]: Kinds<OperatorAttributes[Name]> } = {
  Add: {},
  Sub: {},
  Mul: {},
  Div: {},
  Neg: {},
  Exp: {},
  Sqrt: {},
  Tanh: {},
  Relu: {},
  Max: {},
  Clip: {},
  Greater: {},
  Equal: {},
  Where: {},
  Cast: { to: 'type' },
  Identity: {},
  MatMul: {},
  Conv: { ...windowKinds, dilations: 'ints' },
  ConvTranspose: { ...windowKinds, output_padding: 'ints' },
  MaxPool: windowKinds,
  AveragePool: windowKinds,
  InstanceNormalization: { epsilon: 'float' },
  ReduceSum: reductionKinds,
  ReduceMax: reductionKinds,
  ReduceMean: reductionKinds,
  ReduceSumSquare: reductionKinds,
  Pad: { mode: 'string' },
  Slice: {},
  Concat: { axis: 'int' },
  Reshape: {},
  Transpose: { perm: 'ints' },
  Expand: {},
  Shape: {},
  Resize: { mode: 'string', coordinate_transformation_mode: 'string', nearest_mode: 'string' },
  DepthToSpace: { blocksize: 'int', mode: 'string' },
  QuantizeLinear: { axis: 'int' },
  DequantizeLinear: { axis: 'int' },
  Loop: { body: 'graph' },
};
