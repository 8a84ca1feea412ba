import { chartData } from '../chart-data.ts';
import { type Html, html, jsonHtml } from '../html.ts';
import type { PageAssets } from '../page-assets.node.ts';
import { configurationSection } from './configuration.ts';
import { curvesSection } from './curves.ts';
import { faultsSection } from './faults.ts';
import { pagePolicy, standalonePage } from './page.ts';
import { previewsSection } from './previews.ts';
import type { ReportContent } from './report-content.ts';
import { stateSection } from './state.ts';
import { warningsSection } from './warnings.ts';

/** How a page is put together: `live` is one that a server keeps up to date, of the given revision. */
export interface DocumentOptions {
  readonly assets: PageAssets;
  readonly live: { readonly revision: number } | null;
}

/** The report's whole page: one file that asks for nothing else, readable without its script. */
export function reportDocument(content: ReportContent, options: DocumentOptions): string {
  const { run, pictures, skipped } = content;
  const warningSteps = run.warnings.map(({ step }) => step);
  const body = html`<main>
${stateSection(content)}
${previewsSection(run, pictures)}
${curvesSection(run)}
${faultsSection(run.faults)}
${warningsSection(run.warnings, skipped)}
${configurationSection(run.configuration)}
</main>
<script type="application/json" id="data">${jsonHtml(chartData(run.points, run.validation, warningSteps))}</script>`;
  return page(run.configuration.styleName, body, options);
}

/** The page of a run that has written nothing yet. */
export function waitingDocument(options: DocumentOptions): string {
  const body = html`<main><header id="state" data-live><h1>Not begun</h1><p class="status" data-status="training" role="status">The run has not written anything yet; this page fills by itself.</p></header></main>`;
  return page('Not begun', body, options);
}

function page(title: string, content: Html, { assets, live }: DocumentOptions): string {
  const body = html`${content}
<dialog id="viewer" aria-label="Picture"></dialog>
${live ? html`<p id="connection" role="status">Connecting</p>` : null}
<script>${assets.script.html}</script>`;
  const policy = contentSecurityPolicy(assets, live !== null);
  return standalonePage({ title, body, style: assets.style, policy, revision: live?.revision });
}

/** As for every page, but with the report's script; a page that is served may ask its server for what is new. */
export function contentSecurityPolicy({ script, style }: PageAssets, isLive: boolean): string {
  return pagePolicy(style, [`script-src 'sha256-${script.sha256}'`, ...(isLive ? ["connect-src 'self'"] : [])]);
}
