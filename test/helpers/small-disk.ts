import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

/** Whether a test may mount a file system; those that need one skip themselves otherwise (`it.skipIf`). */
export const canMount = process.platform === 'linux' && mountsHere();

function mountsHere(): boolean {
  // Mounted in a name space of its own, which ends with the command.
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}

/** A file system of so many kilobytes, in memory, unmounted when the current test has finished. */
export async function mountSmallDisk(kilobytes: number): Promise<string> {
  const disk = join(await temporaryFolder(), 'disk');
  await mkdir(disk);
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', disk]);
  if (mount.status !== 0) throw new Error(`cannot mount a file system: ${mount.stderr}`);
  onTestFinished(() => void spawnSync('umount', [disk]));
  return disk;
}

/** Writes into a file until its disk is full. */
export function fillDisk(file: string): void {
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(size));
    } catch {
      // Full for pieces of this size: what is left takes smaller ones.
    }
  }
}
