import { exitCodes } from './exit.ts';

/** A signal that Ctrl-C or the end of the time aborts, until it is disposed of. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Whether it was the user who stopped the work. */
  readonly byUser: () => boolean;
  /** Aborts the signal so many minutes from now, at most 35,000. */
  readonly after: (minutes: number) => void;
  readonly dispose: () => void;
}

/**
 * Milliseconds within which signals are of one Ctrl-C: under `npm run` a program gets it from the terminal, and again from
 * npm.
 */
const onePress = 500;

/**
 * Ctrl-C aborts the signal, so that the work under way can be finished; pressed again, it ends the process at once. SIGTERM,
 * which whoever shuts a machine down sends, does not wait where there is something to clear away: it does what the second
 * Ctrl-C does.
 * @param notice what the user is told on stderr at the first Ctrl-C
 * @param leave what is done at the second instead, if there is something to clear away; the third ends the process
 */
export function stopOnInterrupt(notice: string, leave?: () => void): Interruption {
  const controller = new AbortController();
  let byUser = false;
  let clearAway = leave;
  let pressed = Number.NEGATIVE_INFINITY;
  const onSignal = () => {
    const now = performance.now();
    if (now - pressed < onePress) return;
    pressed = now;
    if (!byUser) {
      process.stderr.write(`\n${notice}\n`);
      byUser = true;
      controller.abort();
    } else if (clearAway) {
      clearAway();
      clearAway = undefined;
    } else {
      process.exit(exitCodes.interrupted);
    }
  };
  const onTermination = () => {
    if (byUser || !clearAway) return onSignal();
    byUser = true;
    controller.abort();
    clearAway();
    clearAway = undefined;
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onTermination);
  let timer: NodeJS.Timeout | undefined;
  const after = (minutes: number) => {
    timer = setTimeout(() => controller.abort(), minutes * 60_000);
  };
  const dispose = () => {
    clearTimeout(timer);
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onTermination);
  };
  return { signal: controller.signal, byUser: () => byUser, after, dispose };
}
