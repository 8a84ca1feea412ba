import { chmod } from 'node:fs/promises';
import { onTestFinished } from 'vitest';

/** Nobody, on all systems that have users by number. */
const nobody = 65_534;

/** Makes a folder one that may not be read, until the test is over: for root too, which may read everything otherwise. */
export async function lockFolder(folder: string): Promise<void> {
  await chmod(folder, 0o300);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(nobody);
  onTestFinished(async () => {
    if (isRoot) process.seteuid?.(0);
    await chmod(folder, 0o700);
  });
}
