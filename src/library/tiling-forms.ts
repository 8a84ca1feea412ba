import type { Graph } from '../graph-builder/ir/value.ts';
import { blockConvolutions } from '../graph-builder/passes/block-convolutions.ts';
import { foldConstants } from '../graph-builder/passes/constant-folding.ts';
import { frozenStatisticsGraph, statisticsGraph } from '../graph-builder/passes/normalization-statistics.ts';
import { subpixelConvolutions } from '../graph-builder/passes/subpixel-convolutions.ts';
import { writeOnnx } from '../graph-builder/serialise/onnx-file.ts';
import { readGraph } from '../graph-builder/serialise/read-graph.ts';
import type { TilingForms } from '../infer/tiles/tiling.ts';

/** The forms of a model.onnx that painting in tiles takes; undefined for models that impasto did not write, or of bytes. */
export function tilingForms(model: Uint8Array): TilingForms | undefined {
  try {
    const graph = simplified(readGraph(model));
    if (graph.inputs.some(({ type }) => type !== 'float32')) return undefined;
    return {
      statistics: writeOnnx(statisticsGraph(graph)),
      frozen: (statistics) => writeOnnx(frozenStatisticsGraph(graph, statistics)),
    };
  } catch {
    return undefined;
  }
}

/** The passes that save memory and time and change nothing else; their weights are computed here once. */
function simplified(graph: Graph): Graph {
  return foldConstants(blockConvolutions(subpixelConvolutions(foldConstants(graph))));
}
