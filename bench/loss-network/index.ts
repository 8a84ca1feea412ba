import { floatingPointOperations } from '../arithmetic.ts';
import { alternate, median, ratio } from '../measure.ts';
import { timedStep } from '../timed-step.ts';

export interface LossNetworkOptions {
  readonly channels: number;
  readonly batch: number;
  readonly size: number;
  readonly threads: number;
  readonly runs: number;
  /** The full loss network, which vgg19-lite is held against. */
  readonly lossNetwork: string;
}

/** A training step with the loss network that comes with impasto against one with a full VGG, in turn in one run. */
export async function benchLossNetwork({ runs, lossNetwork, ...others }: LossNetworkOptions): Promise<object> {
  const { channels, batch, size, threads } = others;
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
