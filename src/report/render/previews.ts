import { formatCount } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { PreviewPictures, ReportPicture, ReportPictures } from '../report-pictures.node.ts';
import type { RunRecord } from '../run-record.ts';
import { pictureButton } from './picture.ts';

/** Each preview over time, beside its photograph and the painting. */
export function previewsSection({ configuration }: RunRecord, { painting, previews, omitted }: ReportPictures): Html {
  const rows = previews.map((preview) => previewRow(preview, painting, configuration.styleName));
  const rest = omitted === 0 ? null : html`<p class="note">${omitted} more previews are in the folder previews.</p>`;
  const none = html`<p class="note">None yet: they are made at each checkpoint.</p>`;
  return html`<section id="previews" data-live aria-labelledby="previews-title">
<h2 id="previews-title">Previews</h2>
<div>${previews.length === 0 ? none : rows}${rest}</div>
</section>`;
}

function previewRow(
  { name, photograph, stylized }: PreviewPictures,
  painting: ReportPicture | null,
  styleName: string,
): Html {
  const title = previewTitle(name);
  const cell = (picture: ReportPicture, label: string, alt: string, kind: 'source' | 'source painted' | 'stylized') =>
    html`<li class="${kind}"><figure>${pictureButton(picture, alt, `${title}: ${label}`)}<figcaption>${label}</figcaption></figure></li>`;
  return html`<h3>${title}</h3>
<ol class="strip">
${photograph ? cell(photograph, 'Photograph', `The photograph ${title}`, 'source') : null}
${painting ? cell(painting, 'Painting', `The painting ${styleName}`, 'source painted') : null}
${stylized.map(({ step, picture }) => {
  const label = `Step ${formatCount(step)}`;
  return cell(picture, label, `${title} in the style of ${styleName} after step ${step}`, 'stylized');
})}
</ol>`;
}

/** What a preview is called: its photograph's name, without the number that keeps the names of its files apart. */
export function previewTitle(name: string): string {
  return name.replace(/^\d+-/, '');
}
