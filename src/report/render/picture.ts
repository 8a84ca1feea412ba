import { type Html, html } from '../html.ts';
import type { ReportPicture } from '../report-pictures.node.ts';

/**
 * A picture that can be enlarged by a click.
 * @param caption what stands below it when it is enlarged
 */
export function pictureButton({ url, width, height }: ReportPicture, alt: string, caption: string): Html {
  return html`<button type="button" class="picture" data-caption="${caption}"><img src="${url}" alt="${alt}" width="${width}" height="${height}" decoding="async"></button>`;
}
