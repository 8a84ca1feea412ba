import type { Picture } from '../image/picture.ts';
import type { SessionOptions } from '../infer/session.node.ts';
import { type ExportOptions, exportedModel } from '../lowering/export/export-passes.ts';
import { chooseConvolutions } from './chosen-convolutions.node.ts';
import { exportableGraph } from './exportable-graph.ts';
import { toOrtFormat } from './ort-format.node.ts';

/** What an export is to be, and in which file format. */
export interface FileExportOptions extends ExportOptions {
  /** `ort`: ONNX Runtime's own format (see `toOrtFormat`). */
  readonly format: 'onnx' | 'ort';
}

/** An exported model. */
export interface ExportedFile {
  readonly bytes: Uint8Array;
  /** The convolutions that int8 leaves in float, since they cost too much of the pictures' quality. */
  readonly leftInFloat: readonly string[];
}

/**
 * A model after export passes.
 * @param model the bytes of a model.onnx as training writes it
 * @param pictures on which int8 is calibrated; of the fixed size, if there is one
 * @throws if the bytes are not such a model; the message says what they are
 */
export async function exportModel(
  model: Uint8Array,
  pictures: readonly Picture[],
  { format, ...options }: FileExportOptions,
  sessionOptions: SessionOptions,
): Promise<ExportedFile> {
  const graph = exportableGraph(model, options);
  const { ranges, leftInFloat } =
    options.precision === 'int8'
      ? await chooseConvolutions(graph, (some) => exportedModel(model, graph, options, some), pictures, sessionOptions)
      : { ranges: new Map(), leftInFloat: [] };
  const bytes = exportedModel(model, graph, options, ranges);
  return { bytes: format === 'ort' ? await toOrtFormat(bytes) : bytes, leftInFloat };
}
