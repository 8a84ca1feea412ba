import type { Finding } from '../../evaluate/doctor/diagnose.ts';
import { formatTable } from '../shared/table.ts';

const figure = (value: number) => String(Number(value.toPrecision(2)));

/** What was found out about every fault as a table, and below it what to change for each one that was found. */
export function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ fault, value, limit, found, meaning }) => [
    fault,
    value === null ? '–' : figure(value),
    figure(limit),
    value === null ? 'not measured' : found ? 'fault' : 'none',
    meaning,
  ]);
  const table = formatTable([['FAULT', 'VALUE', 'AT MOST', 'FOUND', 'WHAT IT SAYS'], ...rows]);
  const advice = findings.filter(({ found }) => found).map((finding) => `${finding.fault}: ${finding.advice}.`);
  return [table, advice.length === 0 ? `${noFaults(findings)}.` : advice.join('\n')].join('\n\n');
}

/** What could not be measured may still be a fault. */
function noFaults(findings: readonly Finding[]): string {
  const unknown = findings.filter(({ value }) => value === null).map(({ fault }) => fault);
  return unknown.length === 0 ? 'No faults found' : `No faults found; not measured: ${unknown.join(', ')}`;
}

/** The faults that were found in one line. */
export function findingsLine(findings: readonly Finding[]): string {
  const found = findings.filter((finding) => finding.found);
  if (found.length === 0) return noFaults(findings);
  const each = found.map(({ fault, value, limit }) => `${fault} ${figure(value ?? 0)} (at most ${figure(limit)})`);
  return `${found.length === 1 ? 'Fault' : 'Faults'}: ${each.join(', ')}; impasto doctor says what to change`;
}
