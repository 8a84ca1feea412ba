import { floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { createSession } from '../../src/infer/session.node.ts';
import { floatData, toOrtTensor } from '../../src/loss-network/objective/graph-session.ts';
import type { PixelSize } from '../../src/lowering/export/fixed-size.ts';
import type { TrainingState } from '../../src/train/training-state.ts';
import { alternate, median, ratio, timed } from '../measure.ts';
import { ReferenceProcess } from '../reference-process.ts';
import { type TimedStepOptions, timedStep } from '../timed-step.ts';
import { untrainedModel } from '../untrained-model.ts';

export interface CudaOptions extends Omit<TimedStepOptions, 'device' | 'stepsPerRun'> {
  readonly runs: number;
  readonly python: string;
}

const stepsPerRun = 20;

/**
 * Training and stylizing on CUDA: how near they come to the CPU's numbers, and their time against PyTorch's on the same
 * card, in turn in one run. A time includes what crosses the bus: for PyTorch too the picture goes there and comes back.
 */
export async function benchCuda(options: CudaOptions): Promise<object> {
  const { channels, batch, size, runs } = options;
  return {
    bench: 'cuda',
    ...{ channels, batch, size, runs, stepsPerRun },
    agreement: await agreement(options),
    training: await training(options),
    stylizing: await stylizing(options, { width: 1920, height: 1080 }),
  };
}

/** Parameters and losses after one step on CUDA against the CPU's. */
async function agreement(options: CudaOptions): Promise<object> {
  const onCpu = await stateAfterOneStep({ ...options, device: 'cpu' });
  const onCuda = await stateAfterOneStep({ ...options, device: 'cuda' });
  return { firstMomentRelativeError: relativeError(firstMoments(onCuda), firstMoments(onCpu)) };
}

async function stateAfterOneStep(options: TimedStepOptions): Promise<TrainingState> {
  const { step, state, release } = await timedStep(options);
  await step();
  await release();
  return state();
}

/** After one step from zero: a tenth of the gradients. */
function firstMoments({ parameters }: TrainingState): readonly number[] {
  return [...parameters.values()].flatMap(({ firstMoment }) => [...firstMoment.data]);
}

/** ‖a − b‖ / ‖b‖ */
function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [squaredError, squares] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    squaredError += ((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN)) ** 2;
    squares += (b[i] ?? Number.NaN) ** 2;
  }
  return Math.sqrt(squaredError / squares);
}

async function training({ runs, python, ...options }: CudaOptions): Promise<object> {
  const { threads, channels, batch, size, lossNetwork } = options;
  const single = await timedStep({ ...options, device: 'cuda' });
  const block = await timedStep({ ...options, device: 'cuda', stepsPerRun });
  const settings = { threads, channels, batch, size, vgg19: lossNetwork, device: 'cuda' };
  const plain = new ReferenceProcess('train-step/torch_step.py', 'plain', settings, python);
  const tuned = new ReferenceProcess('train-step/torch_step.py', 'tuned', settings, python);
  const [{ torch }] = await Promise.all([plain.ready(), tuned.ready()]);
  const systems = [single.step, block.step, () => plain.step(), () => tuned.step()];
  const [ofSingle = [], ofBlock = [], ofPlain = [], ofTuned = []] = await alternate(runs, 3, systems);
  for (const reference of [plain, tuned]) reference.quit();
  await Promise.all([single.release(), block.release()]);
  return {
    torch,
    oneStepARun: { seconds: median(ofSingle) },
    block: { seconds: median(ofBlock), toOneStepARun: ratio(ofBlock, ofSingle) },
    plainPyTorch: { seconds: median(ofPlain), ratio: ratio(ofBlock, ofPlain) },
    tunedPyTorch: { seconds: median(ofTuned), ratio: ratio(ofBlock, ofTuned) },
  };
}

async function stylizing(
  { channels, threads, runs, python }: CudaOptions,
  { width, height }: PixelSize,
): Promise<object> {
  const model = untrainedModel(channels);
  const { session: onCuda } = await createSession(model, { device: 'cuda', threads });
  const { session: onCpu } = await createSession(model, { device: 'cpu', threads });
  const pixels = new Float32Array(3 * width * height).map(() => Math.random() * 255);
  const image = toOrtTensor(floatTensor([1, 3, height, width], pixels));
  const [cuda, cpu] = [
    floatData(await onCuda.run({ image }), 'stylized'),
    floatData(await onCpu.run({ image }), 'stylized'),
  ];
  const settings = { channels, height, width, threads, device: 'cuda' };
  const plain = new ReferenceProcess('infer/torch_infer.py', 'plain', settings, python);
  const { torch } = await plain.ready();
  const [ours = [], ofPlain = []] = await alternate(runs, 3, [
    () => timed(() => onCuda.run({ image })),
    () => plain.step(),
  ]);
  plain.quit();
  await Promise.all([onCuda.release(), onCpu.release()]);
  return {
    ...{ width, height, torch },
    cpuRelativeError: relativeError(cuda, cpu),
    seconds: median(ours),
    plainPyTorch: { seconds: median(ofPlain), ratio: ratio(ours, ofPlain) },
  };
}
