import { differentiate } from '../autodiff/gradients.ts';
import type { Graph } from '../ir/value.ts';
import { type CustomNode, type CustomOperators, type Declaration, float, int } from '../onnx/custom-operators.ts';
import { adam } from '../programs/optimizer-graph.ts';

/** A model in the layout of ONNX Runtime's training packages: a graph and the packages' own operators after it. */
export interface OrtModel {
  readonly graph: Graph;
  readonly customOperators: CustomOperators;
}

/** The domain of ONNX Runtime's own operators. */
const domain = 'com.microsoft';

/** Tells training_model to overwrite the accumulated gradients in place of adding to them. */
const lazyResetGrad = { name: 'lazy_reset_grad', type: 'bool', shape: [1] } as const;

/**
 * training_model in ONNX Runtime's layout: every gradient is added to a buffer that the session owns, or overwrites it
 * after the session's `lazyResetGrad`. The graph's outputs come first, in their order: ONNX Runtime's JavaScript names the
 * results of an evaluation by the training model's outputs.
 * @param evaluation the graph of eval_model, whose first output is the scalar `loss`
 * @param parameters the names of the inputs to train
 */
export function ortTrainingModel(evaluation: Graph, parameters: readonly string[]): OrtModel {
  const names = new Set(parameters);
  const trained = evaluation.inputs.filter(({ name }) => names.has(name));
  const buffers = trained.map(({ name, shape }): Declaration => {
    return { name: `${name}_grad.accumulation.buffer`, type: 'float32', shape };
  });
  const nodes = trained.map(({ name }): CustomNode => {
    return {
      domain,
      operator: 'InPlaceAccumulatorV2',
      inputs: [`${name}_grad.accumulation.buffer`, `${name}.grad`, lazyResetGrad.name],
      output: `${name}_grad.accumulation.out`,
      attributes: {},
    };
  });
  const outputs = nodes.map(({ output }): Declaration => ({ name: output, type: 'bool', shape: [1] }));
  return {
    graph: differentiate({ ...evaluation, name: 'training' }, 'loss', trained),
    customOperators: { inputs: [...buffers, lazyResetGrad], nodes, outputs },
  };
}

/**
 * optimizer_model in ONNX Runtime's layout: one AdamWOptimizer over sequences of all parameters, gradients and moments,
 * which it updates in place. Without weight decay, and with the moments corrected before epsilon is added (adam_mode 0),
 * it is the Adam of `optimizerGraph`.
 */
export function ortOptimizerModel(): OrtModel {
  const sequence = (name: string): Declaration => ({ name, type: 'float32', shape: null });
  const inputs: readonly Declaration[] = [
    { name: 'learning_rate', type: 'float32', shape: [1] },
    { name: 'step', type: 'int64', shape: [1] },
    ...['params', 'gradients', 'first_order_moments', 'second_order_moments'].map(sequence),
  ];
  const output = 'update_completed';
  const node: CustomNode = {
    domain,
    operator: 'AdamWOptimizer',
    inputs: inputs.map(({ name }) => name),
    output,
    attributes: {
      alpha: float(adam.beta1),
      beta: float(adam.beta2),
      epsilon: float(adam.epsilon),
      weight_decay: float(0),
      adam_mode: int(0),
      correct_bias: int(1),
    },
  };
  return {
    graph: { name: 'optimizer', inputs: [], outputs: [] },
    customOperators: { inputs, nodes: [node], outputs: [{ name: output, type: 'bool', shape: [1] }] },
  };
}
