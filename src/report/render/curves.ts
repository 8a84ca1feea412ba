import { choosePoints } from '../choose-points.ts';
import { type LossTerm, lossTerms } from '../curves.ts';
import { formatCount, formatFigure } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { RunRecord } from '../run-record.ts';

/** What the loss and its terms are called. */
export const termNames: Readonly<Record<LossTerm, string>> = {
  loss: 'Loss',
  content: 'Content',
  style: 'Style',
  tv: 'Total variation',
};

/** Rows of the table of figures. */
const rowsShown = 16;

/** The charts, the table that is their legend, and the figures behind them for who cannot see or run them. */
export function curvesSection(run: RunRecord): Html {
  return html`<section aria-labelledby="loss-title">
<h2 id="loss-title">Loss</h2>
<div>
${chart('loss', 'Loss terms over steps, logarithmic', 'tall')}
${readout(run)}
<div id="figures" data-live>${figures(run)}</div>
</div>
</section>
<section aria-labelledby="pace-title">
<h2 id="pace-title">Pace</h2>
<div class="pair">
<div><h3>Learning rate <output data-readout="learningRate">${formatFigure(run.points.at(-1)?.learningRate)}</output></h3>${chart('learning-rate', 'Learning rate over steps', 'low')}</div>
<div><h3>Images a second <output data-readout="imagesPerSecond">${formatFigure(run.points.at(-1)?.smooth.imagesPerSecond)}</output></h3>${chart('speed', 'Images a second over steps', 'low')}</div>
</div>
</section>`;
}

function chart(name: string, label: string, height: 'tall' | 'low'): Html {
  return html`<div class="chart ${height}" data-chart="${name}" role="group" tabindex="0" aria-label="${label}; left and right arrows move along the steps"><p class="note without-script">The chart needs JavaScript; the figures are in the table below.</p></div>`;
}

/** The loss chart's legend, with the figures of the step under the pointer, at first of the last one. */
function readout({ points, validation }: RunRecord): Html {
  const last = points.at(-1);
  const validated = validation.at(-1);
  const rows = lossTerms.map(
    (term) => html`<tr>
<th scope="row"><label class="key key-${term}"><input type="checkbox" checked data-toggle="${term}"><span class="swatch"></span>${termNames[term]}</label></th>
<td data-readout="${term}.smooth">${formatFigure(last?.smooth[term])}</td>
<td data-readout="${term}.raw" class="quiet">${formatFigure(last?.raw[term])}</td>
<td data-readout="${term}.validation">${formatFigure(validated?.[term])}</td>
</tr>`,
  );
  return html`<table class="readout">
<caption data-readout="step" aria-live="polite">Step ${formatCount(last?.step ?? 0)}, the latest</caption>
<thead><tr><th scope="col">Term</th><th scope="col"><span class="line"></span>Training</th><th scope="col"><span class="line faint"></span>One step</th><th scope="col"><span class="line dashed"></span>Validation</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;
}

function figures({ points, validation }: RunRecord): Html {
  const steps = new Set(
    choosePoints(
      points.map(({ step }) => step),
      rowsShown,
    ),
  );
  const rows = points
    .filter(({ step }) => steps.has(step))
    .map(({ step, smooth }) => {
      const validated = validation.findLast((line) => line.step <= step);
      return html`<tr><th scope="row">${formatCount(step)}</th>${lossTerms.map((term) => html`<td>${formatFigure(smooth[term])}</td>`)}<td>${formatFigure(validated?.loss)}</td><td>${formatFigure(smooth.imagesPerSecond)}</td></tr>`;
    });
  if (rows.length === 0) return html`<p class="note">No step is done yet.</p>`;
  return html`<details class="figures-table"><summary>All figures at some steps</summary>
<div class="scroll" role="region" tabindex="0" aria-label="Figures at some steps"><table>
<thead><tr><th scope="col">Step</th>${lossTerms.map((term) => html`<th scope="col">${termNames[term]}</th>`)}<th scope="col">Validation loss</th><th scope="col">Images/s</th></tr></thead>
<tbody>${rows}</tbody>
</table></div></details>`;
}
