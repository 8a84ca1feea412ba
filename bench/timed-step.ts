import type { Tensor } from 'onnxruntime-common';
import { optimizerGraph } from '../src/graph-builder/artifacts/optimizer-graph.ts';
import { trainingGraph } from '../src/graph-builder/artifacts/training-graphs.ts';
import { floatTensor } from '../src/graph-builder/ir/tensor.ts';
import type { Graph } from '../src/graph-builder/ir/value.ts';
import { transformNetworkParameters } from '../src/graph-builder/networks/transform-network.ts';
import { freezeLossNetwork } from '../src/graph-builder/networks/vgg.ts';
import { recipes } from '../src/graph-builder/objective/recipes.ts';
import { winogradConvolutions } from '../src/graph-builder/passes/winograd-convolutions.ts';
import { writeOnnx } from '../src/graph-builder/serialise/onnx-file.ts';
import { createWritingSession } from '../src/infer/session.node.ts';
import { toOrtTensor } from '../src/train/graph-session.ts';
import { styleLosses } from '../src/train/losses.ts';
import { computeStyleTargets } from '../src/train/style-targets.ts';
import { initialState } from '../src/train/training-state.ts';
import { createTrainingStep } from '../src/train/training-step.ts';
import { loadLossNetwork } from '../src/train/weights/load-loss-network.node.ts';
import { timed } from './measure.ts';

export interface TimedStepOptions {
  readonly channels: number;
  readonly batch: number;
  readonly size: number;
  readonly threads: number;
  readonly lossNetwork: string;
}

export interface TimedStep {
  /** Makes one optimiser step and gives the seconds that it took. */
  readonly step: () => Promise<number>;
  /** The training graph of one photograph, before the pass that writes convolutions in Winograd's form. */
  readonly graph: Graph;
}

/** A training step (forward, loss, backward, Adam) with the balanced recipe on random photographs, on the CPU. */
export async function timedStep(options: TimedStepOptions): Promise<TimedStep> {
  const { channels, batch, size, threads, lossNetwork } = options;
  const network = { channels, upsampling: 'resize', padding: 'reflect', output: 'tanh' } as const;
  const objective = { lossNetwork: freezeLossNetwork(await loadLossNetwork(lossNetwork)), recipe: recipes.balanced };
  const onCpu = (model: Uint8Array) => createWritingSession(model, { device: 'cpu', threads });
  const style = { width: size, height: size, data: randomBytes(3 * size * size) };
  const targets = await computeStyleTargets(objective, style, onCpu);
  const scalar = (value: number) => toOrtTensor(floatTensor([], Float32Array.of(value)));
  const constants: Record<string, Tensor> = {
    'weight.content': scalar(1),
    'weight.style': scalar(10),
    'weight.tv': scalar(1),
  };
  for (const [name, tensor] of targets) {
    constants[name] = toOrtTensor(tensor);
    constants[`weight.${name}`] = scalar(1 / targets.size);
  }
  const graph = trainingGraph({ network, objective, batch: 1, size });
  const parameters = transformNetworkParameters(network);
  const trainingStep = createTrainingStep({
    training: await onCpu(writeOnnx(winogradConvolutions(graph))),
    optimizer: await onCpu(writeOnnx(optimizerGraph(parameters))),
    losses: styleLosses,
    microBatch: 1,
    size,
    constants,
  });
  let state = initialState(parameters, 1);
  const photographs = Float32Array.from(randomBytes(batch * 3 * size * size));
  const step = () =>
    timed(async () => {
      const { parameters: updated } = await trainingStep(state, photographs, 0.001);
      state = { ...state, step: state.step + 1, parameters: updated };
    });
  return { step, graph };
}

function randomBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(Math.random() * 256));
}
