import type { Graph } from '../graph-builder/ir/value.ts';
import { foldConstants } from '../lowering/constant-folding.ts';
import { type ExportOptions, earlierOptions } from '../lowering/export/export-passes.ts';
import { fixSize } from '../lowering/export/fixed-size.ts';
import { lowerForInference } from '../lowering/lower-for-inference.ts';
import { canonicalGraph } from '../style-file/canonical-graph.ts';

/**
 * The graph of a model.onnx, ready for the passes that the options ask for.
 * @param model a model.onnx as training writes it, or its export for pictures of any size in floats
 * @throws if the bytes are not such a model
 */
export function exportableGraph(model: Uint8Array, { precision, size }: ExportOptions): Graph {
  const graph = canonicalGraph(model);
  if (!graph) throw notExportable(earlierOptions(model));
  const lowered = lowerForInference(size ? fixSize(graph, size) : graph);
  // Other files keep the arrays that training gave them, which are smaller than what is computed from them.
  return precision === 'int8' ? foldConstants(lowered) : lowered;
}

function notExportable(earlier: ExportOptions): Error {
  const what = Object.values(earlier).some((option) => option !== undefined)
    ? `an export (${JSON.stringify(earlier)}): export the original`
    : 'another one';
  return new Error(
    `Expected a model.onnx as training writes it, or its export with at most --precision half, but it is ${what}`,
  );
}
