import type { Shape } from '../ir/dimension.ts';
import type { DataType } from '../ir/tensor.ts';
import type { Graph } from '../ir/value.ts';

/** A tensor that a model takes or gives. */
export interface Declaration {
  readonly name: string;
  readonly type: DataType;
  /** null: a sequence of tensors of any shapes. */
  readonly shape: Shape | null;
}

/** One application of an operator from outside the ONNX standard. */
export interface CustomNode {
  readonly domain: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, CustomAttribute>>;
}

/** A number, and which of ONNX's two types of numbers it is. */
export type CustomAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number };

export const int = (value: number): CustomAttribute => ({ kind: 'int', value });
export const float = (value: number): CustomAttribute => ({ kind: 'float', value });

/**
 * Operators from outside the ONNX standard that follow a graph and join it by names: they read its inputs and outputs, and
 * inputs of their own. What they read is an output of the model no longer.
 */
export interface CustomOperators {
  readonly inputs: readonly Declaration[];
  readonly nodes: readonly CustomNode[];
  readonly outputs: readonly Declaration[];
}

export const noCustomOperators: CustomOperators = { inputs: [], nodes: [], outputs: [] };

/** What a model takes and gives, in the order in which its file declares it. */
export interface Signature {
  readonly inputs: readonly Declaration[];
  readonly outputs: readonly Declaration[];
}

/** The signature of a graph with an customOperators. */
export function signatureOf(graph: Graph, { inputs, nodes, outputs }: CustomOperators = noCustomOperators): Signature {
  const read = new Set(nodes.flatMap((node) => node.inputs));
  const own = graph.outputs
    .filter(({ name }) => !read.has(name))
    .map(({ name, value: { type, shape } }) => ({ name, type, shape }));
  return { inputs: [...graph.inputs, ...inputs], outputs: [...own, ...outputs] };
}
