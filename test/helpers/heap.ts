import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// The flag shows `gc` in contexts made after it.
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Bytes of the heap that are in use, after a garbage collection. */
export function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
