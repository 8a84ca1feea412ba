import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before all tests: a cache folder of their own, so that no test reads or fills the user's. */
export default function useOwnCacheFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'impasto-test-cache-'));
  process.env.IMPASTO_CACHE = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
