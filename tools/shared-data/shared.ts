import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repositoryRoot = resolve(import.meta.dirname, '../..');
const sharedRoot = resolve(repositoryRoot, process.env.IMPASTO_SHARED ?? '../shared');

/** Whether the folder of shared test data is there; tests that need it skip themselves otherwise (`describe.skipIf`). */
export const hasShared = existsSync(join(sharedRoot, 'data'));

/** The path of something in the shared folder, such as `sharedPath('data', 'vgg19')`. */
export function sharedPath(...parts: readonly string[]): string {
  return join(sharedRoot, ...parts);
}
