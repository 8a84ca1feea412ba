import type { DataCursor } from './data/sampler.ts';
import type { TrainingState } from './training-state.ts';
import { NonFiniteStepError, type StepLosses, type TrainingStep } from './training-step.ts';

/** One step's figures, as metrics.jsonl holds them. */
export interface StepMetrics extends StepLosses {
  readonly step: number;
  readonly secondsPerStep: number;
  readonly imagesPerSecond: number;
  readonly learningRate: number;
}

/** What the loop is given: it knows neither Node nor a browser, neither files nor sessions' devices. */
export interface TrainingLoop {
  readonly trainingStep: TrainingStep;
  /** The next batch [batch, 3, size, size], RGB 0..255, and the cursor after it. */
  readonly nextBatch: () => Promise<{ readonly data: Float32Array; readonly cursor: DataCursor }>;
  readonly steps: number;
  readonly batch: number;
  /** The schedule: the learning rate of a step, from 1. */
  readonly learningRateAt: (step: number) => number;
  /** Called after every step, with the state it led to. */
  readonly onStep: (metrics: StepMetrics, state: TrainingState) => Promise<void>;
  /** Called when a step was not finite, with the state to go on from: as before it, but past its batch and slower. */
  readonly onRejected: (reason: string, state: TrainingState) => Promise<void>;
  /** Stops the loop after the step under way. */
  readonly signal: AbortSignal;
  /** A clock in seconds. */
  readonly now: () => number;
}

/** Steps in a row that may be not finite before there is no hope. */
const mostRejections = 3;

/**
 * Trains from a state until `steps` steps are done in all, or the signal stops it. A step that is not finite changes
 * nothing: its batch is left out and the learning rate halved for good.
 * @returns the last state
 * @throws if three steps in a row are not finite
 */
export async function trainingLoop(loop: TrainingLoop, start: TrainingState): Promise<TrainingState> {
  let state = start;
  let rejections = 0;
  while (state.step < loop.steps && !loop.signal.aborted) {
    const began = loop.now();
    const { data, cursor } = await loop.nextBatch();
    const learningRate = loop.learningRateAt(state.step + 1) * state.learningRateFactor;
    const result = await loop.trainingStep(state, data, learningRate).catch(rejection);
    if (result instanceof NonFiniteStepError) {
      state = { ...state, cursor, learningRateFactor: state.learningRateFactor / 2 };
      await loop.onRejected(result.message, state);
      if (++rejections === mostRejections) throw hopeless(result);
      continue;
    }
    rejections = 0;
    state = { ...state, step: state.step + 1, cursor, parameters: result.parameters };
    const secondsPerStep = loop.now() - began;
    await loop.onStep(
      {
        step: state.step,
        ...result.losses,
        secondsPerStep,
        imagesPerSecond: loop.batch / secondsPerStep,
        learningRate,
      },
      state,
    );
  }
  return state;
}

function rejection(error: unknown): NonFiniteStepError {
  if (error instanceof NonFiniteStepError) return error;
  throw error;
}

function hopeless(last: NonFiniteStepError): Error {
  return new Error(
    `${mostRejections} steps in a row were not finite (${last.message}): lower --learning-rate or the loss weights in a ` +
      'new run, or set --clip-gradients',
    { cause: last },
  );
}
