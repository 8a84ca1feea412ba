import type { FloatTensor } from '../graph-builder/ir/tensor.ts';
import { writeInferenceModel } from '../lowering/inference-model.ts';
import { type Provenance, type StyleMetadata, writeStyleMetadata } from './style-metadata.ts';

/** What model.onnx carries besides the network. */
export interface ModelDescription extends Pick<StyleMetadata, 'thumbnail' | 'version'> {
  /** Optimiser steps done. */
  readonly step: number;
  readonly provenance: Provenance;
}

/** The bytes of model.onnx: the network as trained so far, and in `metadata_props` what it is and how it was made. */
export function exportModel(
  parameters: ReadonlyMap<string, FloatTensor>,
  { step, provenance: { recipe, training }, thumbnail, version }: ModelDescription,
): Uint8Array {
  const metadata = { recipe, training: { step, ...training }, thumbnail, version };
  return writeInferenceModel(recipe.network, parameters, writeStyleMetadata(metadata));
}
