import type { Graph, Value } from '../ir/value.ts';
import { readMetadata, writeOnnx } from '../serialise/onnx-file.ts';
import { readGraph } from '../serialise/read-graph.ts';
import { blockConvolutions } from './block-convolutions.ts';
import { foldConstants } from './constant-folding.ts';
import { fixSize, type PixelSize } from './fixed-size.ts';
import { halfPrecisionWeights } from './half-precision-weights.ts';
import { type ConvolutionRanges, quantizeConvolutions } from './quantized-convolutions.ts';
import { rgbaPictures } from './rgba-pictures.ts';
import { shareConstants } from './shared-constants.ts';
import { subpixelConvolutions } from './subpixel-convolutions.ts';

/** What an exported model is to be; what is undefined stays as it is. */
export interface ExportOptions {
  /** `half`: weights in half precision (see `halfPrecisionWeights`); `int8`: see `quantizeConvolutions`. */
  readonly precision?: 'half' | 'int8' | undefined;
  /** The only size that the model takes. */
  readonly size?: PixelSize | undefined;
  /** `rgba8`: pictures as uint8 [1, H, W, 4] (see `rgbaPictures`). */
  readonly io?: 'rgba8' | undefined;
}

/** The entry of `metadata_props` that holds the options of the export that a model went through, as JSON. */
export const exportKey = 'export';

/**
 * The graph of a model.onnx with the passes that change nothing but its speed, ready for those that the options ask for.
 * @throws if the bytes are not a model.onnx that impasto wrote, or it has been exported already
 */
export function simplifiedGraph(model: Uint8Array, { precision, size }: ExportOptions): Graph {
  const graph = readGraph(model);
  const earlier = readMetadata(model)[exportKey];
  if (earlier !== undefined) {
    throw new Error(
      `Expected a model.onnx as training writes it but it is an export (${earlier}): export the original`,
    );
  }
  const sized = size ? fixSize(graph, size) : graph;
  const simplified = blockConvolutions(subpixelConvolutions(foldConstants(sized)));
  // Other files keep the arrays that training gave them, which are smaller than what is computed from them.
  return precision === 'int8' ? foldConstants(simplified) : simplified;
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
  const weighed = options.precision === 'half' ? halfPrecisionWeights(graph) : quantizeConvolutions(graph, ranges);
  const exported = options.io === 'rgba8' ? rgbaPictures(weighed) : weighed;
  return writeOnnx(shareConstants(exported), { ...readMetadata(model), [exportKey]: JSON.stringify(options) });
}
