import { floatingPointOperations } from '../arithmetic.ts';
import { alternate, median, ratio } from '../measure.ts';
import { type TimedStepOptions, timedStep } from '../timed-step.ts';

export interface LossNetworkOptions extends Omit<TimedStepOptions, 'device' | 'stepsPerRun' | 'recipe'> {
  readonly runs: number;
}

/**
 * A training step with the loss network that comes with impasto against one with a full VGG, and of the recipe `motifs` against
 * one of `balanced`, in turn in one run.
 */
export async function benchLossNetwork(given: LossNetworkOptions): Promise<object> {
  const { channels, batch, size, threads, runs, lossNetwork } = given;
  const options = { channels, batch, size, threads };
  const lite = await timedStep({ ...options, lossNetwork: 'vgg19-lite' });
  const full = await timedStep({ ...options, lossNetwork });
  const motifs = await timedStep({ ...options, lossNetwork: 'vgg19-lite', recipe: 'motifs' });
  const systems = [lite.step, full.step, motifs.step];
  const [ofLite = [], ofFull = [], ofMotifs = []] = await alternate(runs, 2, systems);
  return {
    bench: 'loss-network',
    ...options,
    runs,
    lite: { seconds: median(ofLite), ratio: ratio(ofLite, ofFull) },
    full: { seconds: median(ofFull) },
    motifs: { seconds: median(ofMotifs), ratio: ratio(ofMotifs, ofLite) },
    arithmetic: {
      ratio: floatingPointOperations(lite.graph) / floatingPointOperations(full.graph),
      motifs: floatingPointOperations(motifs.graph) / floatingPointOperations(lite.graph),
    },
  };
}
