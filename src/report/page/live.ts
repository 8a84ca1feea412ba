import type { CurvePoint } from '../curves.ts';
import { embeddedData } from './page-data.ts';
import type { ReportCharts } from './report-charts.ts';

/** What the server tells at new steps. */
interface StepsMessage {
  readonly points: readonly CurvePoint[];
  /** Texts of the page's head by the name of their elements. */
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Keeps the page up to date with a run that is being trained: steps are appended, and at a checkpoint everything else
 * takes its place without the page being loaded anew.
 * @param charts null where the page has none yet, as the run has not begun
 */
export function followRun(revision: string, charts: ReportCharts | null): void {
  const source = new EventSource(`/events?revision=${revision}&step=${charts?.lastStep ?? 0}`);
  source.addEventListener('open', () => tell('live', 'Live'));
  source.addEventListener('error', () => tell('lost', 'Connection lost, trying again'));
  source.addEventListener('steps', ({ data }) => {
    const { points, texts }: StepsMessage = JSON.parse(data);
    charts?.append(points);
    showTexts(texts, points.at(-1)?.step);
  });
  source.addEventListener('report', ({ data }) => {
    const page = new DOMParser().parseFromString(JSON.parse(data), 'text/html');
    const chartData = embeddedData(page);
    if (chartData && !charts) location.reload();
    replaceSections(page);
    if (chartData) charts?.setData(chartData);
  });
  source.addEventListener('end', ({ data }) => {
    source.close();
    tell('ended', JSON.parse(data));
  });
}

function tell(state: string, text: string): void {
  const element = document.getElementById('connection');
  if (!element) return;
  element.dataset.state = state;
  element.textContent = text;
}

function showTexts(texts: Readonly<Record<string, string>>, step: number | undefined): void {
  for (const [name, text] of Object.entries(texts)) {
    for (const element of document.querySelectorAll(`[data-field="${name}"]`)) element.textContent = text;
  }
  const bar = document.querySelector('progress');
  if (bar && step !== undefined) bar.value = step;
}

/** Puts the page's sections that change in the place of the present ones. */
function replaceSections(page: Document): void {
  for (const present of document.querySelectorAll('[data-live]')) {
    const next = page.getElementById(present.id);
    if (!next) continue;
    const section = document.importNode(next, true);
    for (const [index, details] of section.querySelectorAll('details').entries()) {
      details.open = present.querySelectorAll('details')[index]?.open ?? false;
    }
    const focused = focusable(present).findIndex((element) => element.matches(':focus'));
    present.replaceWith(section);
    focusable(section)[focused]?.focus({ preventScroll: true });
  }
}

function focusable(section: Element): readonly HTMLElement[] {
  return [...section.querySelectorAll<HTMLElement>('button, summary, [tabindex]')];
}
