import type { Tensor } from '../ir/tensor.ts';
import type { Graph } from '../ir/value.ts';
import { inferenceGraph } from '../networks/inference-network.ts';
import type { TransformNetworkOptions } from '../networks/transform-network.ts';
import { fasterForm, writtenForm } from '../passes/faster-form.ts';
import { shareConstants } from '../passes/shared-constants.ts';

/** The graph that model.onnx holds: `inferenceGraph`, in its faster form. */
export function inferenceModel(
  options: TransformNetworkOptions,
  parameters: ReadonlyMap<string, Tensor<'float32'>>,
): Graph {
  return shareConstants(writtenForm(fasterForm(inferenceGraph(options, parameters))));
}
