import { expect } from 'vitest';
import type { NumberTensor, NumberTensors } from './number-tensor.ts';
import { relativeError, relativeErrors } from './relative-error.ts';

/** Type and shape are equal, and no element is further off than the tolerance times the largest expected value. */
export function expectClose(actual: NumberTensor, expected: NumberTensor, tolerance: number, what = 'result'): void {
  expect({ type: actual.type, shape: [...actual.shape] }, what).toEqual({
    type: expected.type,
    shape: [...expected.shape],
  });
  expect(relativeError(actual, expected), `relative error of ${what}`).toBeLessThanOrEqual(tolerance);
}

/** As `expectClose` for all outputs of a graph (see `relativeErrors`); a failure names those that are off. */
export function expectAllClose(actual: NumberTensors, expected: NumberTensors, tolerance: number): void {
  const tooLarge = Object.entries(relativeErrors(actual, expected)).filter(([, error]) => !(error <= tolerance));
  expect(Object.fromEntries(tooLarge), `relative errors above ${tolerance}`).toEqual({});
}
