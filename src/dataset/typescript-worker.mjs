// Node gives a worker thread none of the main thread's TypeScript hooks, and `--import tsx` does nothing in a worker:
// a worker whose source is TypeScript is started through this file, with its own module's URL in `argv`.
import { register } from 'tsx/esm/api';

register();
await import(process.argv[2]);
