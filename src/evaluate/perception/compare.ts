/** A model, or a folder of pictures, and its figures for each photograph by name: of every figure less is better. */
export interface Candidate {
  readonly name: string;
  readonly pictures: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

/** Two candidates by one measure, over the photographs that both have. */
export interface MeasureComparison {
  readonly measure: string;
  /** The means of the two, in the order of `candidates`. */
  readonly means: readonly [number, number];
  /** The one whose mean is less; null where they are equal. */
  readonly better: string | null;
  /** On how many photographs each of the two is better. */
  readonly wins: readonly [number, number];
}

/** Two candidates by every measure. */
export interface Comparison {
  readonly candidates: readonly [string, string];
  /** How many photographs both have. */
  readonly photographs: number;
  readonly measures: readonly MeasureComparison[];
}

/**
 * Each pair of candidates by each measure, over the photographs that both of the pair have.
 * @param measures names of figures that all pictures have
 */
export function compareCandidates(
  candidates: readonly Candidate[],
  measures: readonly string[],
): readonly Comparison[] {
  return candidates.flatMap((first, index) =>
    candidates.slice(index + 1).map((second) => comparePair(first, second, measures)),
  );
}

function comparePair(first: Candidate, second: Candidate, measures: readonly string[]): Comparison {
  const shared = [...first.pictures].flatMap(([name, ours]) => {
    const theirs = second.pictures.get(name);
    return theirs ? [{ ours, theirs }] : [];
  });
  return {
    candidates: [first.name, second.name],
    photographs: shared.length,
    measures: measures.map((measure) => {
      const figures = shared.map(
        ({ ours, theirs }) => [ours[measure] ?? Number.NaN, theirs[measure] ?? Number.NaN] as const,
      );
      const means = [mean(figures.map(([ours]) => ours)), mean(figures.map(([, theirs]) => theirs))] as const;
      const better = means[0] < means[1] ? first.name : means[1] < means[0] ? second.name : null;
      const wins = [
        figures.filter(([ours, theirs]) => ours < theirs).length,
        figures.filter(([ours, theirs]) => theirs < ours).length,
      ] as const;
      return { measure, means, better, wins };
    }),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
