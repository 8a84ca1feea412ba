import type { FloatTensor } from '../graph-builder/ir/tensor.ts';
import type { StepLosses } from '../loss-network/objective/losses.ts';
import { NonFiniteStepError } from './training-step.ts';

/**
 * Checks the losses of steps that were made one after another.
 * @param stepsBefore how many steps were done before the first of them
 * @throws NonFiniteStepError if one is not finite
 */
export function requireFiniteLosses(losses: readonly StepLosses[], stepsBefore: number): void {
  const first = losses.findIndex(({ loss }) => !Number.isFinite(loss));
  if (first < 0) return;
  throw new NonFiniteStepError(
    `Expected a finite loss at step ${stepsBefore + first + 1} but received ${losses[first]?.loss}`,
  );
}

/**
 * Checks a parameter's values.
 * @param step the step after which it has them
 * @throws NonFiniteStepError if one is not finite
 */
export function requireFiniteParameter(name: string, { data }: FloatTensor, step: number): void {
  if (data.every(Number.isFinite)) return;
  throw new NonFiniteStepError(`Expected finite parameters after step ${step} but ${name} is not`);
}
