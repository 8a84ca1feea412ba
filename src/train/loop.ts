import type { DataCursor } from '../dataset/sampler.ts';
import type { StepLosses } from '../loss-network/objective/losses.ts';
import type { TrainingState } from './training-state.ts';
import { NonFiniteStepError, type TrainingSteps } from './training-step.ts';

/** A loop's figures of one step besides its losses. */
export interface StepProgress {
  readonly step: number;
  readonly secondsPerStep: number;
  readonly imagesPerSecond: number;
  readonly learningRate: number;
}

/** One step's figures, as metrics.jsonl holds them. */
export type StepMetrics = StepProgress & StepLosses;

/** What the loop is given: it knows neither Node nor a browser, neither files nor sessions' devices. */
export interface TrainingLoop<Losses> {
  readonly trainingSteps: TrainingSteps<Losses>;
  /** The most steps that are made at once. */
  readonly stepsPerRun: number;
  /** Steps made at once end wherever a checkpoint is due: after every so many steps. */
  readonly checkpointEvery: number;
  /** The next batch [batch, 3, size, size], RGB 0..255, and the cursor after it. */
  readonly nextBatch: () => Promise<{ readonly data: Float32Array; readonly cursor: DataCursor }>;
  readonly steps: number;
  readonly batch: number;
  /** The schedule: the learning rate of a step, from 1. */
  readonly learningRateAt: (step: number) => number;
  /** Called after every step, with the state it led to. */
  readonly onStep: (metrics: StepProgress & Losses, state: TrainingState) => Promise<void>;
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
 * Trains from a state until `steps` steps are done in all, or the signal stops it. Steps that are not finite change
 * nothing: their batches are left out and the learning rate halved for good. Of steps made at once only the state after
 * the last is known: `onStep` is called for each of them with that state.
 * @returns the last state
 * @throws if three times in a row steps are not finite
 */
export async function trainingLoop<Losses>(loop: TrainingLoop<Losses>, start: TrainingState): Promise<TrainingState> {
  let state = start;
  let rejections = 0;
  while (state.step < loop.steps && !loop.signal.aborted) {
    const began = loop.now();
    const { batches, cursor } = await nextBatches(loop, stepsAtOnce(loop, state.step), state.cursor);
    const first = state.step + 1;
    const learningRates = batches.map((_, index) => loop.learningRateAt(first + index) * state.learningRateFactor);
    const result = await loop.trainingSteps(state, batches, learningRates).catch(rejection);
    if (result instanceof NonFiniteStepError) {
      state = { ...state, cursor, learningRateFactor: state.learningRateFactor / 2 };
      await loop.onRejected(result.message, state);
      if (++rejections === mostRejections) throw hopeless(result);
      continue;
    }
    rejections = 0;
    state = { ...state, step: state.step + batches.length, cursor, parameters: result.parameters };
    const secondsPerStep = (loop.now() - began) / batches.length;
    const speed = { secondsPerStep, imagesPerSecond: loop.batch / secondsPerStep };
    for (const [index, losses] of result.losses.entries()) {
      const learningRate = learningRates[index] ?? Number.NaN;
      await loop.onStep({ step: first + index, ...losses, ...speed, learningRate }, state);
    }
  }
  return state;
}

/** To the next checkpoint or the end of the run, if they are nearer than `stepsPerRun`. */
export function stepsAtOnce(
  { stepsPerRun, checkpointEvery, steps }: Pick<TrainingLoop<unknown>, 'stepsPerRun' | 'checkpointEvery' | 'steps'>,
  step: number,
): number {
  return Math.min(stepsPerRun, steps - step, checkpointEvery - (step % checkpointEvery));
}

async function nextBatches({ nextBatch }: Pick<TrainingLoop<unknown>, 'nextBatch'>, count: number, start: DataCursor) {
  const batches: Float32Array[] = [];
  let cursor = start;
  for (let index = 0; index < count; index++) {
    const batch = await nextBatch();
    batches.push(batch.data);
    cursor = batch.cursor;
  }
  return { batches, cursor };
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
