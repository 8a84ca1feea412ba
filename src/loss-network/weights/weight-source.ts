/** One tensor of a weights file, read only when its values are wanted. */
export interface SourceTensor {
  readonly shape: readonly number[];
  /** The values in row-major order, as float32 whatever type the file keeps. */
  readonly read: () => Promise<Float32Array>;
}

/** A weights file of any format, opened: what it holds, under the names that it uses. */
export interface WeightSource {
  /** The file's or folder's name, for error messages. */
  readonly file: string;
  readonly tensors: ReadonlyMap<string, SourceTensor>;
  /** Text entries that the file records beside its tensors. */
  readonly metadata: Readonly<Record<string, string>>;
}
