import type { Tensor } from '../graph-builder/ir/tensor.ts';
import type { Graph } from '../graph-builder/ir/value.ts';
import { inferenceGraph } from '../graph-builder/networks/inference-network.ts';
import type { TransformNetworkOptions } from '../graph-builder/networks/transform-network.ts';
import { fasterForm, writtenForm } from './faster-form.ts';
import { shareConstants } from './shared-constants.ts';

/** The graph that model.onnx holds: `inferenceGraph`, in its faster form. */
export function inferenceModel(
  options: TransformNetworkOptions,
  parameters: ReadonlyMap<string, Tensor<'float32'>>,
): Graph {
  return shareConstants(writtenForm(fasterForm(inferenceGraph(options, parameters))));
}
