import { distance } from 'fastest-levenshtein';

/**
 * The name that was probably meant: the nearest by letters added, left out or exchanged, whatever its case and however its
 * words are joined ("Starry Night" means starry-night).
 * @returns undefined if none is near
 */
export function suggestion(word: string, names: readonly string[]): string | undefined {
  const meant = joined(word);
  const ranked = names
    .map((name) => ({ name, apart: distance(meant, joined(name)) }))
    .toSorted((a, b) => a.apart - b.apart);
  const [nearest] = ranked;
  return nearest && nearest.apart <= mostApart(meant) ? nearest.name : undefined;
}

/** ` Did you mean NAME?`, or nothing if no name is near. */
export function didYouMean(word: string, names: readonly string[], prefix = ''): string {
  const name = suggestion(word, names);
  return name === undefined ? '' : ` Did you mean ${prefix}${name}?`;
}

/** Two letters exchanged are two apart; of a short word nothing would be left. */
function mostApart({ length }: string): number {
  return length < 4 ? 1 : Math.max(2, Math.floor(length / 3));
}

function joined(word: string): string {
  return word
    .toLowerCase()
    .trim()
    .replaceAll(/[\s_]+/g, '-');
}
