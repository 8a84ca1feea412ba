import { photographBatches } from '../../../../src/dataset/batches.ts';
import { type PhotographFile, photographsOf } from '../../../../src/dataset/photographs.browser.ts';
import type { Objective } from '../../../../src/graph-builder/objective/objective.ts';
import type { Runtime } from '../../../../src/infer/open-stylizer.browser.ts';
import type { StepLosses } from '../../../../src/loss-network/objective/losses.ts';
import { objectiveFeeds } from '../../../../src/loss-network/objective/objective-feeds.ts';
import { computeStyleTargets } from '../../../../src/loss-network/objective/style-targets.ts';
import { type StepMetrics, type TrainingLoop, trainingLoop } from '../../../../src/train/loop.ts';
import { learningRateAt } from '../../../../src/train/schedule.ts';
import { createResidentTrainer, createTrainer, type Trainer } from '../../../../src/train/training-sessions.ts';
import type { TrainingState } from '../../../../src/train/training-state.ts';
import { storedEvery } from './configuration.ts';
import type { PreparedTraining } from './prepare.ts';
import { sessionsOf } from './sessions.ts';

/** A training and where it runs. */
export interface TrainingRun extends Pick<PreparedTraining, 'configuration' | 'style'> {
  readonly objective: Objective;
  readonly photographs: readonly PhotographFile[];
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  readonly onPhase: (text: string) => void;
  /** Called after every step, with the last state that is known. */
  readonly onStep: (metrics: StepMetrics, state: TrainingState) => Promise<void>;
  /** Told one sentence of a step that was left out, and the state to go on from. */
  readonly onRejected: (reason: string, state: TrainingState) => Promise<void>;
}

/**
 * Trains from a state as Node does: the same graphs, the same loop, the same random draws. On the graphics card several
 * steps are made at once, between which parameters and moments stay there.
 * @returns the last state
 */
export async function train(run: TrainingRun, start: TrainingState): Promise<TrainingState> {
  const trainer = await openTrainer(run);
  try {
    return await trainingLoop(loopOf(run, trainer, start), start);
  } finally {
    await trainer.release();
  }
}

async function openTrainer({ configuration, style, objective, runtime, onPhase }: TrainingRun): Promise<Trainer> {
  const createSession = sessionsOf(runtime);
  onPhase('Looking at the painting');
  const styleTargets = await computeStyleTargets(objective, style, (model) => createSession(model, []));
  const { weights, layerWeights } = configuration;
  const constants = objectiveFeeds({ styleTargets, weights, layerWeights });
  onPhase('Building the network');
  return runtime.device === 'webgpu'
    ? createResidentTrainer({ configuration, objective, constants, createSession, target: 'webgpu' })
    : createTrainer({
        ...{ configuration, objective, constants },
        stepsPerRun: 1,
        createSession: (model) => createSession(model, []),
        target: 'wasm',
      });
}

function loopOf(run: TrainingRun, { trainingSteps }: Trainer, { cursor }: TrainingState): TrainingLoop<StepLosses> {
  const { configuration, photographs, runtime, signal, onStep, onRejected } = run;
  const { steps, batch, size, seed } = configuration;
  const batches = photographBatches(photographsOf(photographs), { size, batch, seed, cursor });
  return {
    trainingSteps,
    stepsPerRun: runtime.device === 'webgpu' ? storedEvery : 1,
    checkpointEvery: storedEvery,
    steps,
    batch,
    signal,
    learningRateAt: (step) => learningRateAt(configuration, step),
    nextBatch: async () => {
      const { value } = await batches.next();
      if (value && 'batch' in value) return value.batch;
      throw new Error(value?.failure ?? 'Expected photographs without end but they have ended');
    },
    now: () => performance.now() / 1000,
    onStep,
    onRejected,
  };
}
