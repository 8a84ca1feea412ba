import type { ChartData } from '../chart-data.ts';

/** The figures that a report's page carries; null for the page of a run that has not begun. */
export function embeddedData(page: Document): ChartData | null {
  return JSON.parse(page.getElementById('data')?.textContent ?? 'null');
}
