import type { Agreement } from '../../src/evaluate/perception/agreement.ts';

/** A Markdown table: of how many pairs each measure prefers what people prefer, by source. */
export function agreementTable(agreements: readonly Agreement[]): string {
  const sources = Object.entries(agreements[0]?.sources ?? {}).map(([source, { pairs }]) => ({ source, pairs }));
  const total = agreements[0]?.pairs ?? 0;
  const heading = ['less is better', ...sources.map(({ source, pairs }) => `${source} (${pairs})`), `all (${total})`];
  const rows = agreements.map(({ measure, sources: counts, agreed }) => [
    measure,
    ...sources.map(({ source }) => String(counts[source]?.agreed ?? 0)),
    String(agreed),
  ]);
  const lines = [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}
