/** Runs two systems in turn, A B A B …, after a warm-up of each, and keeps the seconds of every counted run. */
export async function alternate(
  runs: number,
  warmUp: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
): Promise<{ readonly a: readonly number[]; readonly b: readonly number[] }> {
  const seconds = { a: [] as number[], b: [] as number[] };
  for (let run = -warmUp; run < runs; run++) {
    const [ofA, ofB] = [await a(), await b()];
    if (run < 0) continue;
    seconds.a.push(ofA);
    seconds.b.push(ofB);
  }
  return seconds;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Seconds that a piece of work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Seconds and ratio of two systems that ran in turn: medians, and the median of the ratios pair by pair. */
export function compare(
  a: readonly number[],
  b: readonly number[],
): {
  readonly seconds: number;
  readonly reference: number;
  readonly ratio: number;
} {
  const ratios = a.map((value, index) => value / (b[index] ?? Number.NaN));
  return { seconds: median(a), reference: median(b), ratio: median(ratios) };
}
