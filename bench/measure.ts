/** Runs systems in turn, A B C A B C …, after a warm-up of each, and keeps the seconds of every counted run. */
export async function alternate(
  runs: number,
  warmUp: number,
  systems: readonly (() => Promise<number>)[],
): Promise<readonly (readonly number[])[]> {
  const seconds = systems.map((): number[] => []);
  for (let run = -warmUp; run < runs; run++) {
    for (const [index, system] of systems.entries()) {
      const taken = await system();
      if (run >= 0) seconds[index]?.push(taken);
    }
  }
  return seconds;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Median of the ratios of two systems that ran in turn, pair by pair. */
export function ratio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, index) => value / (b[index] ?? Number.NaN)));
}

/** Seconds that a piece of work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** The most resident memory that this process has had, in megabytes (10⁶ bytes; Node tells it in units of 1024). */
export function peakMegabytes(): number {
  return (process.resourceUsage().maxRSS * 1024) / 1e6;
}
