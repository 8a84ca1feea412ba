import { frozenStatisticsGraph, statisticsGraph } from '../graph-builder/passes/normalization-statistics.ts';
import { writeOnnx } from '../graph-builder/serialise/onnx-file.ts';
import { readGraph } from '../graph-builder/serialise/read-graph.ts';
import type { TilingForms } from '../infer/tiles/tiling.ts';

/** The forms of a model.onnx that painting in tiles takes; undefined for models that impasto did not write. */
export function tilingForms(model: Uint8Array): TilingForms | undefined {
  try {
    const graph = readGraph(model);
    return {
      statistics: writeOnnx(statisticsGraph(graph)),
      frozen: (statistics) => writeOnnx(frozenStatisticsGraph(graph, statistics)),
    };
  } catch {
    return undefined;
  }
}
