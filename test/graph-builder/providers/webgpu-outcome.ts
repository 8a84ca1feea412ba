/** What came of one case in the process for WebGPU: the largest relative error, or why there is none. */
export interface WebGpuOutcome {
  readonly name: string;
  readonly relativeError?: number;
  readonly failure?: string;
}

/** Whether a line of that process is an outcome. */
export function isWebGpuOutcome(value: unknown): value is WebGpuOutcome {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}
