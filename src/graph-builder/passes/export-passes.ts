import type { Graph } from '../ir/value.ts';
import { readMetadata, writeOnnx } from '../serialise/onnx-file.ts';
import { readGraph } from '../serialise/read-graph.ts';
import { halfPrecisionWeights } from './half-precision-weights.ts';

/** What an exported model is to be; what is undefined stays as it is. */
export interface ExportOptions {
  /** `half`: the weights in half precision, the arithmetic in single (see `halfPrecisionWeights`). */
  readonly precision?: 'half' | undefined;
}

/** A graph for a graph that computes the same, exactly or up to a rounding that the pass states. */
type ExportPass = (graph: Graph) => Graph;

/** The passes that the options ask for, in the order in which they have to run. */
function exportPasses({ precision }: ExportOptions): readonly ExportPass[] {
  return precision === 'half' ? [halfPrecisionWeights] : [];
}

/** The entry of `metadata_props` that holds the options of all exports that a model went through, as JSON. */
export const exportKey = 'export';

/**
 * A model.onnx of impasto's after export passes, its metadata as they were, with the options added. Same model and
 * options, same bytes.
 * @throws if the bytes are not a model.onnx that impasto wrote
 */
export function exportedModel(model: Uint8Array, options: ExportOptions): Uint8Array {
  const graph = exportPasses(options).reduce((current, pass) => pass(current), readGraph(model));
  const metadata = readMetadata(model);
  const earlier: unknown = JSON.parse(metadata[exportKey] ?? '{}');
  return writeOnnx(graph, { ...metadata, [exportKey]: JSON.stringify(Object.assign({}, earlier, options)) });
}
