import { lossTerms } from '../report/curves.ts';
import { formatCount, formatFigure } from '../report/format.ts';
import { type Html, html } from '../report/html.ts';
import type { PageAsset } from '../report/page-assets.node.ts';
import { termNames } from '../report/render/curves.ts';
import { pagePolicy, standalonePage } from '../report/render/page.ts';
import { previewTitle } from '../report/render/previews.ts';
import type { ReportPicture } from '../report/report-pictures.node.ts';
import { type CellRecord, cellStatus, lastStep, lastTerms } from './sweep-cell.ts';

/** A picture of the page and the preview that it belongs to. */
export interface NamedPicture {
  readonly name: string;
  readonly picture: ReportPicture;
}

/** A cell and what it makes of the preview photographs. */
export interface SheetCell {
  readonly record: CellRecord;
  readonly previews: readonly NamedPicture[];
}

/** What a contact sheet is made of. */
export interface ContactSheet {
  readonly styleName: string;
  readonly painting: ReportPicture | null;
  readonly photographs: readonly NamedPicture[];
  readonly cells: readonly SheetCell[];
}

/** A sweep's whole page: style weights from left to right, style sizes from top to bottom. It needs no script. */
export function contactSheetPage(sheet: ContactSheet, style: PageAsset): string {
  const body = html`<main>
${head(sheet)}
${grid(sheet)}
</main>`;
  return standalonePage({ title: `${sheet.styleName}, sweep`, body, style, policy: pagePolicy(style) });
}

function head({ styleName, painting, photographs, cells }: ContactSheet): Html {
  const statuses = cells.map(({ record }) => cellStatus(record));
  const count = (status: string) => statuses.filter((each) => each === status).length;
  const failed = count('failed') === 0 ? '' : `, ${count('failed')} failed`;
  const status = count('finished') === cells.length ? 'finished' : 'stopped';
  const source = ({ name, picture }: NamedPicture) => {
    const title = previewTitle(name);
    return html`<li><figure>${image(picture, `The photograph ${title}`)}<figcaption>${title}</figcaption></figure></li>`;
  };
  return html`<header>
<div class="painting">${painting ? image(painting, `The painting ${styleName}`) : html`<p class="missing">The painting cannot be read</p>`}</div>
<div>
<h1>${styleName}</h1>
<p class="credit">The same short training with different weights of the style and sizes of its strokes. Choose the picture that you like and train it on: the command is below each.</p>
<p class="status" data-status="${status}" role="status">${count('finished')} of ${cells.length} cells are trained${failed}</p>
<ul class="photographs">${photographs.map(source)}</ul>
</div>
</header>`;
}

function grid({ styleName, cells }: ContactSheet): Html {
  const weights = [...new Set(cells.map(weightOf))];
  const sizes = [...new Set(cells.map(sizeOf))];
  const rows = sizes.map((size) => {
    const row = weights.map((weight) => {
      const cell = cells.find((each) => weightOf(each) === weight && sizeOf(each) === size);
      return cell ? gridCell(cell, styleName) : html`<td></td>`;
    });
    return html`<tr><th scope="row">Style size ${size}</th>${row}</tr>`;
  });
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Contact sheet"><table class="sheet">
<thead><tr><td></td>${weights.map((weight) => html`<th scope="col">Style weight ${weight}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

function weightOf({ record }: SheetCell): number {
  return record.cell.configuration.weights.style;
}

function sizeOf({ record }: SheetCell): number {
  return record.cell.configuration.styleSize;
}

function gridCell(sheetCell: SheetCell, styleName: string): Html {
  const { record, previews } = sheetCell;
  const { isDefault, command, configuration } = record.cell;
  const settings = `style weight ${weightOf(sheetCell)}, style size ${sizeOf(sheetCell)}`;
  const picture = (preview: NamedPicture) =>
    image(preview.picture, `${previewTitle(preview.name)} in the style of ${styleName}, ${settings}`);
  const [first, ...others] = previews;
  const mark = isDefault ? html`<p class="mark">The default of train</p>` : null;
  const isBegun = lastStep(record.run) > 0;
  return html`<td${isDefault ? html` class="default"` : null}>
${first ? picture(first) : null}
${others.length === 0 ? null : html`<ul class="others">${others.map((preview) => html`<li>${picture(preview)}</li>`)}</ul>`}
${mark}
${statusNote(record, configuration.steps)}
${terms(record)}
${isBegun ? html`<details><summary>Train it on</summary><code>${command}</code></details>` : null}
</td>`;
}

function statusNote(record: CellRecord, steps: number): Html {
  const step = formatCount(lastStep(record.run));
  switch (cellStatus(record)) {
    case 'finished':
      return html`<p class="note">Step ${step}</p>`;
    case 'stopped':
      return html`<p class="note">Step ${step} of ${formatCount(steps)}</p>`;
    case 'waiting':
      return html`<p class="note">Not trained yet</p>`;
    case 'failed':
      return html`<p class="failure">Failed: ${record.failure}</p>`;
  }
}

function terms({ run }: CellRecord): Html | null {
  const last = lastTerms(run);
  if (last === null) return null;
  const rows = lossTerms.map(
    (term) => html`<div><dt>${termNames[term]}</dt><dd>${formatFigure(last[term])}</dd></div>`,
  );
  return html`<dl class="terms">${rows}</dl>`;
}

function image({ url, width, height }: ReportPicture, alt: string): Html {
  return html`<img src="${url}" alt="${alt}" width="${width}" height="${height}" decoding="async">`;
}
