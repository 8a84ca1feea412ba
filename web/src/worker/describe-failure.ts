/** A failure as the page tells it. */
export interface Failure {
  readonly message: string;
  /** The worker's memory cannot be trusted any more; it must be replaced. */
  readonly broken: boolean;
}

/** @param whenFull what is said where the device has no memory left */
export function describeFailure(error: unknown, whenFull: string): Failure {
  if (!(error instanceof Error)) return { message: String(error), broken: true };
  const cause = error.cause instanceof Error ? error.cause : error;
  // The WebAssembly module ended, or asked for more memory than there is: what it holds is of no use any more.
  const broken =
    cause instanceof WebAssembly.RuntimeError ||
    /out of memory|bad.?alloc|failed to allocate|Aborted\(/i.test(cause.message);
  return broken || error instanceof RangeError ? { message: whenFull, broken } : { message: error.message, broken };
}
