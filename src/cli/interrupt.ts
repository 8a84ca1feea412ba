import { exitCodes } from './exit.ts';

/** A signal that Ctrl-C aborts, until it is disposed of. */
export interface Interruption {
  readonly signal: AbortSignal;
  readonly dispose: () => void;
}

/**
 * Ctrl-C (or SIGTERM) aborts the signal, so that the work under way can be finished; pressed again, it ends the process
 * at once.
 * @param notice what the user is told on stderr at the first Ctrl-C
 */
export function stopOnInterrupt(notice: string): Interruption {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    process.stderr.write(`\n${notice}\n`);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const dispose = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  return { signal: controller.signal, dispose };
}
