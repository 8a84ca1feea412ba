import type { TrainingResult } from '../../train/run/run.node.ts';
import { InterruptedError } from '../shared/exit.ts';
import { report } from '../shared/options.ts';

/** What a training was asked for, and how it was stopped. */
export interface EndedTraining {
  /** Optimiser steps that it was to make. */
  readonly steps: number;
  readonly out: string;
  readonly maxMinutes: number | undefined;
  readonly stoppedByUser: boolean;
}

/**
 * Reports a training that is done, or whose time is over.
 * @throws InterruptedError if the user stopped it
 */
export function reportTraining(
  result: TrainingResult,
  { steps, out, maxMinutes, stoppedByUser }: EndedTraining,
  json: boolean,
): void {
  const isDone = result.step >= steps;
  const stopped = `stopped after step ${result.step}, all saved; go on with --resume ${out}`;
  if (!isDone && stoppedByUser) throw new InterruptedError(stopped);
  const skipped = result.skipped === 0 ? '' : ` (${result.skipped} photographs could not be used)`;
  const idle = `it waited ${(100 * result.idleShare).toFixed(1)} % of the time for photographs`;
  const done = `${result.model} is trained, ${result.step} steps, ${idle}${skipped}`;
  report(result, isDone ? done : `The ${maxMinutes} minutes are over: ${stopped}`, json);
}
