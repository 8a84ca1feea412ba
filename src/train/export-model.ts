import { inferenceModel } from '../graph-builder/artifacts/inference-model.ts';
import { writeOnnx } from '../graph-builder/serialise/onnx-file.ts';
import { type Provenance, type StyleMetadata, writeStyleMetadata } from './styles/style-metadata.ts';
import { parameterValues, type TrainingState } from './training-state.ts';

/** What model.onnx carries besides the network. */
export interface ModelDescription extends Pick<StyleMetadata, 'thumbnail' | 'version'> {
  readonly provenance: Provenance;
}

/** The bytes of model.onnx: the network as trained so far, and in `metadata_props` what it is and how it was made. */
export function exportModel(
  state: TrainingState,
  { provenance: { recipe, training }, thumbnail, version }: ModelDescription,
): Uint8Array {
  const metadata = { recipe, training: { step: state.step, ...training }, thumbnail, version };
  return writeOnnx(inferenceModel(recipe.network, parameterValues(state)), writeStyleMetadata(metadata));
}
