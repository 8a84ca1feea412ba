import type { Shape } from '../ir/dimension.ts';
import type { DataType, Tensor } from '../ir/tensor.ts';

/** An input that a file declares. */
export interface FileValue {
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape;
}

/** One application of an operator; '' stands for an optional input that is left out. */
export interface FileNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A graph as an ONNX file holds it: names in place of values, and nothing checked but the file's own form. */
export interface FileGraph {
  readonly name: string;
  readonly inputs: readonly FileValue[];
  readonly outputs: readonly string[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly FileNode[];
}
