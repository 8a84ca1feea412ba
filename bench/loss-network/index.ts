import { floatingPointOperations } from '../arithmetic.ts';
import { alternate, median, ratio } from '../measure.ts';
import { type TimedStepOptions, timedStep } from '../timed-step.ts';

export interface LossNetworkOptions extends Omit<TimedStepOptions, 'device' | 'stepsPerRun'> {
  readonly runs: number;
}

/** A training step with the loss network that comes with impasto against one with a full VGG, in turn in one run. */
export async function benchLossNetwork(given: LossNetworkOptions): Promise<object> {
  const { channels, batch, size, threads, runs, lossNetwork } = given;
  const options = { channels, batch, size, threads };
  const lite = await timedStep({ ...options, lossNetwork: 'vgg19-lite' });
  const full = await timedStep({ ...options, lossNetwork });
  const [ofLite = [], ofFull = []] = await alternate(runs, 2, [lite.step, full.step]);
  return {
    bench: 'loss-network',
    ...options,
    runs,
    lite: { seconds: median(ofLite), ratio: ratio(ofLite, ofFull) },
    full: { seconds: median(ofFull) },
    arithmetic: { ratio: floatingPointOperations(lite.graph) / floatingPointOperations(full.graph) },
  };
}
