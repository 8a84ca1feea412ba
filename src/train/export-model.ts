import { inferenceGraph } from '../graph-builder/networks/inference-network.ts';
import { writeOnnx } from '../graph-builder/serialise/onnx-file.ts';
import type { Checkpoint } from './checkpoint.ts';
import { parameterValues } from './training-state.ts';

/** What model.onnx carries besides the run's own configuration. */
export interface ModelDescription {
  /** The painting as a small JPEG, a data URL. */
  readonly thumbnail: string;
  /** impasto's version. */
  readonly version: string;
}

/** The bytes of model.onnx: the network as trained so far, and in `metadata_props` what it is and how it was made. */
export function exportModel(
  { state, configuration }: Pick<Checkpoint, 'state' | 'configuration'>,
  { thumbnail, version }: ModelDescription,
): Uint8Array {
  const { styleName, author, licence, recipe, network, weights, layerWeights } = configuration;
  const { styleSize, steps, batch, size, learningRate, schedule, clipGradients, seed } = configuration;
  // Where the file was says nothing to whoever gets the model.
  const lossNetwork = configuration.lossNetwork.split(/[\\/]/).at(-1);
  const training = { steps, batch, size, styleSize, learningRate, schedule, clipGradients, seed, lossNetwork };
  return writeOnnx(inferenceGraph(network, parameterValues(state)), {
    'style.name': styleName,
    'style.author': author,
    'style.licence': licence,
    'style.thumbnail': thumbnail,
    recipe: JSON.stringify({ name: recipe, weights, layerWeights }),
    network: JSON.stringify(network),
    training: JSON.stringify({ step: state.step, ...training }),
    'impasto.version': version,
  });
}
