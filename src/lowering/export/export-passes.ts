import { z } from 'zod';
import type { Graph, Value } from '../../graph-builder/ir/value.ts';
import { readMetadata, writeOnnx } from '../../graph-builder/onnx/onnx-file.ts';
import { lower } from '../lower.ts';
import { halfPrecisionWeights } from '../precision/half-precision-weights.ts';
import { type ConvolutionRanges, quantizeConvolutions } from '../precision/quantized-convolutions.ts';
import { shareConstants } from '../shared-constants.ts';
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
  return writeOnnx(shareConstants(lower(exported, 'file', ['layout'])), {
    ...metadata,
    [exportKey]: JSON.stringify({ precision, size, io }),
  });
}
