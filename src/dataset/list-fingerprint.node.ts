import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import type { ListFingerprint } from './list-fingerprint.ts';

/**
 * Fingerprints a list of photographs by their names alone; no file is looked at. A folder that was moved as a whole keeps
 * its fingerprint.
 */
export function fingerprintList(folder: string, files: readonly string[]): ListFingerprint {
  const hash = createHash('sha256');
  // No path holds the character NUL, so that no two lists are hashed from the same bytes.
  for (const file of files) hash.update(`${relative(folder, file).replaceAll(sep, '/')}\0`);
  return { count: files.length, digest: hash.digest('hex') };
}

/**
 * Compares the photographs of a checkpoint with those found when the run goes on.
 * @returns one sentence that warns, or undefined if they are the same
 */
export function describeListChange(folder: string, before: ListFingerprint, now: ListFingerprint): string | undefined {
  if (before.digest === now.digest) return undefined;
  const change =
    before.count === now.count
      ? `still holds ${now.count} photographs but not the same ones`
      : `held ${before.count} photographs and now holds ${now.count}`;
  return `The content folder ${folder} was changed since the checkpoint: it ${change}, so the run goes on with another order of photographs than an uninterrupted one`;
}
