import type { Graph } from '../graph-builder/ir/value.ts';
import { writeOnnx } from '../graph-builder/onnx/onnx-file.ts';
import { readGraph } from '../graph-builder/onnx/read-graph.ts';
import { foldConstants } from '../lowering/constant-folding.ts';
import { lower } from '../lowering/lower.ts';
import { lowerForInference } from '../lowering/lower-for-inference.ts';
import { frozenStatisticsGraph, statisticsGraph } from '../lowering/normalization-statistics.ts';
import { canonicalGraph } from '../style-file/canonical-graph.ts';
import type { TilingForms } from './tiles/tiling.ts';

/**
 * Pixels times channels of the copy that the statistics are taken from: then they take about 350 megabytes. Less would take
 * more, since glibc's malloc, which gives back what has more than 32 MiB at once, breaks smaller pieces up: those of the
 * residual blocks, at a quarter of the size with four times the channels, have 40.
 */
const thumbnailValues = 40 * 1024 * 1024;

/** The forms of a model.onnx that painting in tiles takes; undefined for models that impasto did not write, or of one size. */
export function tilingForms(model: Uint8Array): TilingForms | undefined {
  const lowered = loweredGraph(model);
  if (!lowered || hasOneSize(lowered)) return undefined;
  // Its weights are computed here once.
  const graph = foldConstants(lowered);
  const statistics = statisticsGraph(graph);
  const channels = Number(statistics.outputs[0]?.value.shape[0]);
  return {
    statistics: writeOnnx(lower(statistics, 'file', ['layout'])),
    thumbnailPixels: Math.floor(thumbnailValues / channels),
    frozen: (statistics) => writeOnnx(lower(frozenStatisticsGraph(graph, statistics), 'file', ['layout'])),
  };
}

/** The graph of a model that impasto wrote, whole: an export that cannot be built anew is taken as it is. */
function loweredGraph(model: Uint8Array): Graph | undefined {
  try {
    const canonical = canonicalGraph(model);
    return canonical ? lowerForInference(canonical) : readGraph(model);
  } catch {
    return undefined;
  }
}

/** Every model takes one picture at most, of three or four channels: what else is fixed is its height or width. */
function hasOneSize({ inputs }: Graph): boolean {
  return inputs.some(({ shape }) => shape.filter((size) => typeof size === 'number').length > 2);
}
