import { freemem, totalmem } from 'node:os';

/**
 * How many bytes of memory a process may still take: on Linux what is free or would be freed, within what its container
 * allows; elsewhere all that the machine has, since there the free memory leaves out what the system would give back.
 */
export function availableMemory(): number {
  const machine = process.platform === 'linux' ? freemem() : totalmem();
  return Math.min(machine, process.constrainedMemory() || Number.POSITIVE_INFINITY);
}
