import type { Graph } from '../graph-builder/ir/value.ts';
import { foldConstants } from '../graph-builder/passes/constant-folding.ts';
import { fasterForm, writtenForm } from '../graph-builder/passes/faster-form.ts';
import { frozenStatisticsGraph, statisticsGraph } from '../graph-builder/passes/normalization-statistics.ts';
import { writeOnnx } from '../graph-builder/serialise/onnx-file.ts';
import { readGraph } from '../graph-builder/serialise/read-graph.ts';
import type { TilingForms } from '../infer/tiles/tiling.ts';

/** A larger copy would say little more about the picture. */
const largestThumbnail = 1024 * 1024;
/** Pixels times channels of the copy that the statistics are taken from: then they take at most half a gigabyte. */
const thumbnailValues = 560 * 560 * 32;

/** The forms of a model.onnx that painting in tiles takes; undefined for models that impasto did not write, or of bytes. */
export function tilingForms(model: Uint8Array): TilingForms | undefined {
  try {
    const graph = simplified(readGraph(model));
    if (graph.inputs.some(({ type }) => type !== 'float32')) return undefined;
    const statistics = statisticsGraph(graph);
    const channels = Number(statistics.outputs[0]?.value.shape[0]);
    return {
      statistics: writeOnnx(writtenForm(statistics)),
      thumbnailPixels: Math.min(largestThumbnail, Math.floor(thumbnailValues / channels)),
      frozen: (statistics) => writeOnnx(writtenForm(frozenStatisticsGraph(graph, statistics))),
    };
  } catch {
    return undefined;
  }
}

/** The form that takes less memory and time; its weights are computed here once. */
function simplified(graph: Graph): Graph {
  return foldConstants(fasterForm(graph));
}
