import type { Measures } from './measures.ts';

/** Two pictures of one photograph in the style of one painting, of which people preferred one. */
export interface PreferredPair {
  readonly better: Measures;
  readonly worse: Measures;
  /** Where the preference is from, such as a panel's name: agreement is counted for each apart. */
  readonly source: string;
}

/** How far one measure prefers what people prefer. */
export interface Agreement {
  readonly measure: string;
  /** By source: of how many pairs the measure has less for the better picture, and of how many in all. */
  readonly sources: Readonly<Record<string, { readonly agreed: number; readonly pairs: number }>>;
  /** Over all pairs. */
  readonly agreed: number;
  readonly pairs: number;
}

/** Each measure's agreement with people, the one that agrees most often first. A tie is no agreement. */
export function agreements(pairs: readonly PreferredPair[]): readonly Agreement[] {
  const names = Object.keys(pairs[0]?.better ?? {});
  return names.map((measure) => agreementOf(measure, pairs)).toSorted((a, b) => b.agreed - a.agreed);
}

function agreementOf(measure: string, pairs: readonly PreferredPair[]): Agreement {
  const count = (some: readonly PreferredPair[]) => ({
    agreed: some.filter(({ better, worse }) => (better[measure] ?? Number.NaN) < (worse[measure] ?? Number.NaN)).length,
    pairs: some.length,
  });
  const sources = new Set(pairs.map(({ source }) => source));
  const bySource = [...sources].map((name) => [name, count(pairs.filter(({ source }) => source === name))] as const);
  return { measure, sources: Object.fromEntries(bySource), ...count(pairs) };
}
