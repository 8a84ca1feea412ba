import type { Graph } from '../src/graph-builder/ir/value.ts';
import { transformNetworkParameters } from '../src/graph-builder/networks/transform-network.ts';
import { type RecipeName, recipes } from '../src/graph-builder/objective/recipes.ts';
import { trainingGraph } from '../src/graph-builder/programs/training-graphs.ts';
import type { ActualDevice } from '../src/infer/device.ts';
import { createWritingSession } from '../src/infer/session.node.ts';
import { loadObjective } from '../src/loss-network/objective/load-objective.node.ts';
import { objectiveFeeds } from '../src/loss-network/objective/objective-feeds.ts';
import { computeStyleTargets } from '../src/loss-network/objective/style-targets.ts';
import { createTrainer } from '../src/train/training-sessions.ts';
import { initialState, type TrainingState } from '../src/train/training-state.ts';
import { timed } from './measure.ts';
import { benchNetwork } from './untrained-model.ts';

export interface TimedStepOptions {
  readonly channels: number;
  readonly batch: number;
  readonly size: number;
  readonly threads: number;
  readonly lossNetwork: string;
  /** `balanced` unless it is given. */
  readonly recipe?: RecipeName;
  readonly device?: ActualDevice;
  /** Steps in one run of a session. */
  readonly stepsPerRun?: number;
}

export interface TimedStep {
  /** Makes one optimiser step, or those of one run of a session, and gives the seconds that a step took. */
  readonly step: () => Promise<number>;
  /** Where the steps made so far have led. */
  readonly state: () => TrainingState;
  /** The training graph of one photograph, before it is put in the form for CPUs. */
  readonly graph: Graph;
  readonly release: () => Promise<void>;
}

/**
 * A training step (forward, loss, backward, Adam) on made-up photographs, the same ones each time: on the CPU photograph by
 * photograph, on a GPU the batch at once, as `impasto train` does it.
 */
export async function timedStep(options: TimedStepOptions): Promise<TimedStep> {
  const { channels, batch, size, threads, lossNetwork, device = 'cpu', stepsPerRun = 1 } = options;
  const recipe = recipes[options.recipe ?? 'balanced'];
  const network = benchNetwork(channels);
  const objective = await loadObjective(lossNetwork, recipe);
  const createSession = (model: Uint8Array) => createWritingSession(model, { device, threads });
  const style = { width: size, height: size, data: texture(3 * size * size, 1) };
  const styleTargets = await computeStyleTargets(objective, style, createSession);
  const { weights, layerWeights } = recipe;
  const microBatch = device === 'cpu' ? 1 : batch;
  const trainer = await createTrainer({
    configuration: { network, batch, microBatch, size, stabilityWeight: 0, seed: 1 },
    objective,
    constants: objectiveFeeds({ styleTargets, weights, layerWeights }),
    stepsPerRun,
    createSession,
    target: device,
  });
  let state = initialState(transformNetworkParameters(network), 1);
  const batches = Array.from({ length: stepsPerRun }, (_, step) =>
    Float32Array.from(texture(batch * 3 * size * size, 2 + step)),
  );
  const learningRates = batches.map(() => 0.001);
  const step = async () => {
    const seconds = await timed(async () => {
      const { parameters } = await trainer.trainingSteps(state, batches, learningRates);
      state = { ...state, step: state.step + stepsPerRun, parameters };
    });
    return seconds / stepsPerRun;
  };
  const graph = trainingGraph({ network, objective, batch: 1, size });
  return { step, state: () => state, graph, release: trainer.release };
}

/** Waves of several lengths: neither noise, which no photograph is, nor flat. */
function texture(length: number, seed: number): Uint8Array {
  return Uint8Array.from(
    { length },
    (_, i) => 127 + 60 * Math.sin(i / (3 + seed)) + 60 * Math.sin(i / 1000 / seed + (i % (91 + seed))),
  );
}
