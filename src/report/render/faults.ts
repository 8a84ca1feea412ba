import type { FaultsRecord } from '../faults-file.node.ts';
import { formatCount, formatFigure } from '../format.ts';
import { type Html, html } from '../html.ts';

/** The faults that were looked for in the model's pictures; nothing before they were. */
export function faultsSection(faults: FaultsRecord | null): Html {
  if (faults === null) return html`<section id="faults" data-live hidden></section>`;
  return html`<section id="faults" data-live aria-labelledby="faults-title">
<h2 id="faults-title">Faults</h2>
<p class="note">Looked for after step ${formatCount(faults.step)}.</p>
<div class="settings"><table><thead><tr><th scope="col">Fault</th><th scope="col">Value</th><th scope="col">At most</th><th scope="col">What to change</th></tr></thead><tbody>${faults.findings.map(
    ({ fault, value, limit, found, advice, meaning }) =>
      html`<tr><th scope="row" title="${meaning}">${fault}</th><td>${formatFigure(value)}</td><td>${formatFigure(limit)}</td><td>${found ? advice : value === null ? 'Not measured' : 'No fault'}</td></tr>`,
  )}</tbody></table></div>
</section>`;
}
