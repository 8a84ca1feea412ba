import type { TrainingResult } from '../../train/run/run.node.ts';
import { commandLine, shellWord } from '../shared/command-line.ts';
import { InterruptedError } from '../shared/exit.ts';
import { report } from '../shared/options.ts';

/** What a training was asked for, and how it was stopped. */
export interface EndedTraining {
  /** Optimiser steps that it was to make. */
  readonly steps: number;
  /** Photographs a step, in a training of one style that began with a new network. */
  readonly batchFromNothing: number | undefined;
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
  { steps, batchFromNothing, out, maxMinutes, stoppedByUser }: EndedTraining,
  json: boolean,
): void {
  const isDone = result.step >= steps;
  const stopped = `stopped after step ${result.step}, all saved; go on with --resume ${out}`;
  if (!isDone && stoppedByUser) throw new InterruptedError(stopped);
  const skipped = result.skipped === 0 ? '' : ` (${result.skipped} photographs could not be used)`;
  const done = [
    `${result.model} is trained, ${result.step} steps${skipped}`,
    ...(isDone && isStyle(result.model) ? [paintingHint(result.model)] : []),
    ...(batchFromNothing !== undefined && result.step * batchFromNothing < fewestPhotographs ? [shortTraining] : []),
  ].join('\n');
  report(result, isDone ? done : `The ${maxMinutes} minutes are over: ${stopped}`, json);
}

/** Below so many photographs a new network has hardly left the photograph behind. */
const fewestPhotographs = 800;

const shortTraining =
  'This was a short training: expect blurred pictures. A style needs some 1000 photographs from nothing (--steps 250 with the default --batch 4), and gains for long after.';

function isStyle(model: string): boolean {
  return model.endsWith('.onnx');
}

function paintingHint(model: string): string {
  return `Paint with it: ${commandLine('stylize')} PHOTO.jpg --model ${shellWord(model)}`;
}
