import { formatCount, formatTime } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { WarningLine } from '../run-lines.ts';

/** Photographs that were left out of a training: how many, and some of them with the reason. */
export interface SkippedSummary {
  readonly count: number;
  readonly some: readonly { readonly path: string; readonly reason: string }[];
}

/** Warnings shown, the last ones. */
const warningsShown = 100;

/** What went wrong without ending the run. */
export function warningsSection(warnings: readonly WarningLine[], skipped: SkippedSummary | null): Html {
  const shown = warnings.slice(-warningsShown);
  const hidden = warnings.length - shown.length;
  return html`<section id="warnings" data-live aria-labelledby="warnings-title">
<h2 id="warnings-title">Warnings</h2>
<div>
${warnings.length === 0 ? html`<p class="note">None.</p>` : null}
${hidden === 0 ? null : html`<p class="note">${hidden} earlier warnings are in warnings.jsonl.</p>`}
<ol class="warnings">
${shown.map(
  ({ step, time, message }) =>
    html`<li><span class="when">Step ${formatCount(step)}<time datetime="${time}">${formatTime(time)}</time></span><span>${message}</span></li>`,
)}
</ol>
${skipped === null || skipped.count === 0 ? null : skippedPhotographs(skipped)}
</div>
</section>`;
}

function skippedPhotographs({ count, some }: SkippedSummary): Html {
  const rest = count - some.length;
  return html`<details><summary>${formatCount(count)} photographs skipped</summary>
<ul class="skipped">${some.map(({ path, reason }) => html`<li><span>${path}</span> <span class="quiet">${reason}</span></li>`)}</ul>
${rest === 0 ? null : html`<p class="note">and ${formatCount(rest)} more.</p>`}
</details>`;
}
