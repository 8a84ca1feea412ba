import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { systemErrorCode } from './system-error.node.ts';

const ownMachine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** Names this process among those that may write into a folder, on all machines: `MACHINE-PROCESS`. */
export const ownName = `${ownMachine}-${process.pid}`;

/** After so long without a sign a process whose name is another's by now, or of another machine, is taken for ended. */
const longestSilence = 24 * 60 * 60 * 1000;

/**
 * Whether another process may still be writing.
 * @param name what it has for `ownName`
 * @param lastSign when it was last seen to write
 */
export function isAtWork(name: string, lastSign: Date): boolean {
  const [machine, number] = name.split('-');
  if (name === ownName || Date.now() - lastSign.getTime() > longestSilence) return false;
  return machine !== ownMachine || isRunning(Number(number));
}

function isRunning(id: number): boolean {
  try {
    // Signal 0 is none: it only asks.
    process.kill(id, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}
