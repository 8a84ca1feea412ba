import { transformNetworkParameters } from '../src/graph-builder/networks/transform-network.ts';
import { writeInferenceModel } from '../src/lowering/inference-model.ts';
import { initialState, parameterValues } from '../src/train/training-state.ts';

/** The transform network that the benches train and paint with. */
export const benchNetwork = (channels: number) =>
  ({ channels, upsampling: 'resize', padding: 'reflect', output: 'tanh' }) as const;

/** Parameters as they are before the first step: only the time counts. */
export const untrainedParameters = (channels: number) =>
  parameterValues(initialState(transformNetworkParameters(benchNetwork(channels)), 1));

/** The bytes of model.onnx before the first step. */
export function untrainedModel(channels: number): Uint8Array {
  return writeInferenceModel(benchNetwork(channels), untrainedParameters(channels));
}
