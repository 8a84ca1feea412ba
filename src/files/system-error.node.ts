/** The system's code of an error, such as ENOSPC, or that of the error which caused it; undefined if it has none. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : systemErrorCode(error.cause);
}

/** An error of sharp with the code that the system gave: sharp tells of a full disk in words alone. */
export function systemError(error: Error): NodeJS.ErrnoException {
  if ('code' in error || !/No space left|Disk quota exceeded/i.test(error.message)) return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: 'ENOSPC' });
}
