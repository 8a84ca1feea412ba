import { z } from 'zod';
import type { Graph, Value } from '../../graph-builder/ir/value.ts';
import { readMetadata, writeOnnx } from '../../graph-builder/onnx/onnx-file.ts';
import { readGraph } from '../../graph-builder/onnx/read-graph.ts';
import { foldConstants } from '../constant-folding.ts';
import { fasterForm, writtenForm } from '../faster-form.ts';
import { fullPrecisionWeights, halfPrecisionWeights } from '../precision/half-precision-weights.ts';
import { type ConvolutionRanges, quantizeConvolutions } from '../precision/quantized-convolutions.ts';
import { shareConstants } from '../shared-constants.ts';
import { fixSize } from './fixed-size.ts';
import { rgbaPictures } from './rgba-pictures.ts';

/** What an exported model is to be; what is undefined stays as it is. */
export const exportOptionsSchema = z.object({
  /** `half`: weights in half precision (see `halfPrecisionWeights`); `int8`: see `quantizeConvolutions`. */
  precision: z.enum(['half', 'int8']).optional(),
  /** The only size that the model takes, in pixels. */
  size: z.object({ width: z.int(), height: z.int() }).optional(),
  /** `rgba8`: pictures as uint8 [1, H, W, 4] (see `rgbaPictures`). */
  io: z.literal('rgba8').optional(),
});

export type ExportOptions = Readonly<z.infer<typeof exportOptionsSchema>>;

/** The entry of `metadata_props` that holds the options of the export that a model went through, as JSON. */
export const exportKey = 'export';

/**
 * The graph of a model.onnx in its faster form, ready for the passes that the options ask for.
 * @param model a model.onnx as training writes it, or its export for pictures of any size in floats
 * @throws if the bytes are not such a model
 */
export function simplifiedGraph(model: Uint8Array, { precision, size }: ExportOptions): Graph {
  const graph = fullPrecisionWeights(readGraph(model));
  requireExportable(earlierOptions(model));
  const simplified = fasterForm(size ? fixSize(graph, size) : graph);
  // Other files keep the arrays that training gave them, which are smaller than what is computed from them.
  return precision === 'int8' ? foldConstants(simplified) : simplified;
}

/** Half-precision weights and the exact passes leave a network that the other passes understand. */
function requireExportable(earlier: ExportOptions): void {
  if (earlier.precision !== 'int8' && earlier.size === undefined && earlier.io === undefined) return;
  throw new Error(
    `Expected a model.onnx as training writes it, or its export with at most --precision half, but it is an export (${JSON.stringify(earlier)}): export the original`,
  );
}

/** The options of the export that a model has been through; none for one as training writes it. */
export function earlierOptions(model: Uint8Array): ExportOptions {
  const { [exportKey]: options } = readMetadata(model);
  return options === undefined ? {} : exportOptionsSchema.parse(JSON.parse(options));
}

/**
 * The bytes of a model after the passes that the options ask for, its metadata as they were, with the options added. Same
 * arguments, same bytes.
 * @param graph the simplified graph of the model
 * @param ranges for int8: of the convolutions that are quantised, by their results in the graph
 */
export function exportedModel(
  model: Uint8Array,
  graph: Graph,
  options: ExportOptions,
  ranges: ReadonlyMap<Value, ConvolutionRanges> = new Map(),
): Uint8Array {
  const metadata = readMetadata(model);
  const { precision = earlierOptions(model).precision, size, io } = options;
  const weighed = precision === 'half' ? halfPrecisionWeights(graph) : quantizeConvolutions(graph, ranges);
  const exported = io === 'rgba8' ? rgbaPictures(weighed) : weighed;
  return writeOnnx(shareConstants(writtenForm(exported)), {
    ...metadata,
    [exportKey]: JSON.stringify({ precision, size, io }),
  });
}
