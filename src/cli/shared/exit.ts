import { UnsuitablePictureError } from '../../image/unsuitable-picture.ts';

/** Exit codes of every command. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Options that contradict each other or are out of range: the command line was wrong, nothing has been done. */
export class UsageError extends Error {}

/** The work was stopped by the user, after saving; the message says where. */
export class InterruptedError extends Error {}

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof UnsuitablePictureError) return exitCodes.usage;
  return error instanceof InterruptedError ? exitCodes.interrupted : exitCodes.failed;
}
