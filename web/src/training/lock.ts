/** Pages that train at the same time, or throw away what another one trains, would destroy each other's state. */
const lockName = 'impasto-training';

/** Milliseconds: a worker that ended, or whose page was reloaded, gives its lock back only a little later. */
const patience = 5000;

/**
 * Does some work on the stored training while no other page or worker does.
 * @throws one sentence if another one is at it
 */
export async function withoutOthers(work: () => Promise<void>): Promise<void> {
  let isAlone = false;
  try {
    await navigator.locks.request(lockName, { signal: AbortSignal.timeout(patience) }, async () => {
      isAlone = true;
      await work();
    });
  } catch (error) {
    if (isAlone) throw error;
    throw new Error('A style is being trained in another tab of this browser. Go on there, or pause it first.');
  }
}
