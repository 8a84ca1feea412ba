import envPaths from 'env-paths';
import { systemErrorCode } from './system-error.node.ts';

/** The user's cache folder: IMPASTO_CACHE, or the operating system's place for such things. */
export function defaultCacheDirectory(): string {
  return process.env.IMPASTO_CACHE || envPaths('impasto', { suffix: '' }).cache;
}

/** One sentence for why the cache could not be written, with the way out. */
export function cacheError(path: string, cause: unknown): Error {
  const code = systemErrorCode(cause) ?? 'unknown error';
  return new Error(`Could not write ${path} (${code}): set IMPASTO_CACHE to a folder that can be written`, { cause });
}
