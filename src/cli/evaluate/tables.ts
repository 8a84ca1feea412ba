import type { Comparison } from '../../evaluate/perception/compare.ts';
import { formatTable } from '../shared/table.ts';

/**
 * Each comparison of two candidates as a table: both figures of each measure, who is better, and on how many photographs.
 * @param names of all candidates, for which letters stand in the tables
 * @param meanings what the measures say, by name
 */
export function comparisonTables(
  comparisons: readonly Comparison[],
  names: readonly string[],
  meanings: Readonly<Record<string, string>>,
): string {
  const letterOf = (name: string) => String.fromCharCode('A'.charCodeAt(0) + names.indexOf(name));
  const legend = names.map((name) => `${letterOf(name)}  ${name}`).join('\n');
  const tables = comparisons.map(({ candidates, photographs, measures }) => {
    const [first, second] = candidates.map(letterOf);
    const heading = ['', `${first}`, `${second}`, 'better', `on, of ${photographs}`, 'less is better'];
    const rows = measures.map(({ measure, means, better, wins }) => [
      measure,
      ...means.map((value) => value.toPrecision(3)),
      better === null ? 'neither' : letterOf(better),
      String(better === candidates[1] ? wins[1] : wins[0]),
      meanings[measure] ?? '',
    ]);
    return formatTable([heading, ...rows]);
  });
  return [legend, ...tables].join('\n\n');
}
