import type { Tensor } from 'onnxruntime-common';
import { optimizerGraph } from '../../src/graph-builder/artifacts/optimizer-graph.ts';
import { trainingGraph } from '../../src/graph-builder/artifacts/training-graphs.ts';
import { floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { transformNetworkParameters } from '../../src/graph-builder/networks/transform-network.ts';
import { freezeLossNetwork } from '../../src/graph-builder/networks/vgg.ts';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { winogradConvolutions } from '../../src/graph-builder/passes/winograd-convolutions.ts';
import { writeOnnx } from '../../src/graph-builder/serialise/onnx-file.ts';
import { createWritingSession } from '../../src/infer/session.node.ts';
import { toOrtTensor } from '../../src/train/graph-session.ts';
import { styleLosses } from '../../src/train/losses.ts';
import { computeStyleTargets } from '../../src/train/style-targets.ts';
import { initialState } from '../../src/train/training-state.ts';
import { createTrainingStep } from '../../src/train/training-step.ts';
import { loadLossNetwork } from '../../src/train/weights/load-loss-network.node.ts';
import { floatingPointOperations } from '../arithmetic.ts';
import { matrixProductRate } from '../matrix-rate.ts';
import { alternate, median, ratio, timed } from '../measure.ts';
import { ReferenceProcess } from '../reference-process.ts';

export interface TrainStepOptions {
  readonly channels: number;
  readonly batch: number;
  readonly size: number;
  readonly threads: number;
  readonly runs: number;
  readonly lossNetwork: string;
  readonly python: string;
}

/**
 * One optimiser step (forward, loss, backward, Adam) with VGG-19 and the balanced recipe: impasto against PyTorch, in
 * turn in one run, and against the arithmetic floor (operations over the machine's rate of matrix products).
 */
export async function benchTrainStep(options: TrainStepOptions): Promise<object> {
  const { channels, batch, size, threads, runs, lossNetwork, python } = options;
  const microBatch = 1;
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
  const plainGraph = trainingGraph({ network, objective, batch: microBatch, size });
  const graph = winogradConvolutions(plainGraph);
  const parameters = transformNetworkParameters(network);
  const sessions = {
    training: await onCpu(writeOnnx(graph)),
    optimizer: await onCpu(writeOnnx(optimizerGraph(parameters))),
    losses: styleLosses,
    microBatch,
    size,
    constants,
  };
  const trainingStep = createTrainingStep(sessions);
  let state = initialState(parameters, 1);
  const photographs = Float32Array.from(randomBytes(batch * 3 * size * size));
  const step = () =>
    timed(async () => {
      const { parameters: updated } = await trainingStep(state, photographs, 0.001);
      state = { ...state, step: state.step + 1, parameters: updated };
    });

  const rate = await matrixProductRate(threads);
  const settings = { threads, channels, batch, size, vgg19: lossNetwork };
  const plain = new ReferenceProcess('train-step/torch_step.py', 'plain', settings, python);
  const tuned = new ReferenceProcess('train-step/torch_step.py', 'tuned', settings, python);
  const [{ torch }] = await Promise.all([plain.ready(), tuned.ready()]);
  const [ours = [], ofPlain = [], ofTuned = []] = await alternate(runs, 2, [
    step,
    () => plain.step(),
    () => tuned.step(),
  ]);
  plain.quit();
  tuned.quit();
  const floor = (floatingPointOperations(plainGraph) * batch) / microBatch / rate;
  return {
    bench: 'train-step',
    torch,
    ...{ channels, batch, size, threads, runs },
    seconds: median(ours),
    peakMegabytes: process.resourceUsage().maxRSS / 1000,
    plainPyTorch: { seconds: median(ofPlain), ratio: ratio(ours, ofPlain), peakMegabytes: plain.peakMegabytes },
    tunedPyTorch: { seconds: median(ofTuned), ratio: ratio(ours, ofTuned), peakMegabytes: tuned.peakMegabytes },
    arithmeticFloor: { seconds: floor, ratio: median(ours) / floor, matrixProductGigaOperationsPerSecond: rate / 1e9 },
  };
}

function randomBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(Math.random() * 256));
}
