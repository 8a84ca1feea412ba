import { floatingPointOperations } from '../arithmetic.ts';
import { matrixProductRate } from '../matrix-rate.ts';
import { alternate, median, peakMegabytes, ratio } from '../measure.ts';
import { ReferenceProcess } from '../reference-process.ts';
import { type TimedStepOptions, timedStep } from '../timed-step.ts';

export interface TrainStepOptions extends Omit<TimedStepOptions, 'device' | 'stepsPerRun'> {
  readonly runs: number;
  readonly python: string;
}

/**
 * One optimiser step (forward, loss, backward, Adam) with VGG-19 and the balanced recipe: impasto against PyTorch, in
 * turn in one run, and against the arithmetic floor (operations over the machine's rate of matrix products).
 */
export async function benchTrainStep(options: TrainStepOptions): Promise<object> {
  const { channels, batch, size, threads, runs, lossNetwork, python } = options;
  const { step, graph } = await timedStep(options);
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
  const floor = (floatingPointOperations(graph) * batch) / rate;
  return {
    bench: 'train-step',
    torch,
    ...{ channels, batch, size, threads, runs },
    seconds: median(ours),
    peakMegabytes: peakMegabytes(),
    plainPyTorch: { seconds: median(ofPlain), ratio: ratio(ours, ofPlain), peakMegabytes: plain.peakMegabytes },
    tunedPyTorch: { seconds: median(ofTuned), ratio: ratio(ours, ofTuned), peakMegabytes: tuned.peakMegabytes },
    arithmeticFloor: { seconds: floor, ratio: median(ours) / floor, matrixProductGigaOperationsPerSecond: rate / 1e9 },
  };
}
