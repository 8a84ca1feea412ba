import { exitCodes } from './exit.ts';

/** A signal that Ctrl-C or the end of the time aborts, until it is disposed of. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Whether it was the user who stopped the work. */
  readonly byUser: () => boolean;
  readonly dispose: () => void;
}

/**
 * Ctrl-C (or SIGTERM) aborts the signal, so that the work under way can be finished; pressed again, it ends the process
 * at once.
 * @param notice what the user is told on stderr at the first Ctrl-C
 * @param minutes after how long the signal is aborted in any case, at most 35,000; never by default
 */
export function stopOnInterrupt(notice: string, minutes?: number): Interruption {
  const controller = new AbortController();
  let byUser = false;
  const onSignal = () => {
    if (byUser) process.exit(exitCodes.interrupted);
    process.stderr.write(`\n${notice}\n`);
    byUser = true;
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const timer = minutes === undefined ? undefined : setTimeout(() => controller.abort(), minutes * 60_000);
  const dispose = () => {
    clearTimeout(timer);
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  return { signal: controller.signal, byUser: () => byUser, dispose };
}
