import type { DataCursor } from './data/sampler.ts';
import type { TrainingState } from './training-state.ts';
import { type StepLosses, type TrainingSessions, trainingStep } from './training-step.ts';

/** One step's figures, as metrics.jsonl holds them. */
export interface StepMetrics extends StepLosses {
  readonly step: number;
  readonly secondsPerStep: number;
  readonly imagesPerSecond: number;
}

/** What the loop is given: it knows neither Node nor a browser, neither files nor sessions' devices. */
export interface TrainingLoop {
  readonly sessions: TrainingSessions;
  /** The next batch [batch, 3, size, size], RGB 0..255, and the cursor after it. */
  readonly nextBatch: () => Promise<{ readonly data: Float32Array; readonly cursor: DataCursor }>;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Called after every step, with the state it led to. */
  readonly onStep: (metrics: StepMetrics, state: TrainingState) => Promise<void>;
  /** Stops the loop after the step under way. */
  readonly signal: AbortSignal;
  /** A clock in seconds. */
  readonly now: () => number;
}

/**
 * Trains from a state until `steps` steps are done in all, or the signal stops it.
 * @returns the last state
 */
export async function trainingLoop(loop: TrainingLoop, start: TrainingState): Promise<TrainingState> {
  let state = start;
  while (state.step < loop.steps && !loop.signal.aborted) {
    const began = loop.now();
    const { data, cursor } = await loop.nextBatch();
    const { losses, parameters } = await trainingStep(loop.sessions, state, data, loop.learningRate);
    state = { step: state.step + 1, cursor, parameters };
    const secondsPerStep = loop.now() - began;
    await loop.onStep(
      { step: state.step, ...losses, secondsPerStep, imagesPerSecond: loop.batch / secondsPerStep },
      state,
    );
  }
  return state;
}
