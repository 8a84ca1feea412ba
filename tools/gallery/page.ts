import { type Html, html } from '../../src/report/html.ts';
import type { NamedStyle } from '../../src/report/styles-page/styles-page.ts';
import { shortRecipe } from '../../src/style-file/read-style.ts';

/** The folder of a gallery's pictures, beside its page. */
export const picturesFolder = 'gallery';

/** The name of a photograph's picture, as it is or in a style. */
export function pictureName(photograph: string, style?: string): string {
  return style === undefined ? `${photograph}.jpg` : `${style}-${photograph}.jpg`;
}

/** The name of the small copy of a style's painting. */
export function paintingName(style: string): string {
  return `${style}-painting.jpg`;
}

/** The picture that shows one photograph in several styles. */
export const openingName = 'opening.jpg';

/** A style in the gallery. */
export interface ShownStyle extends NamedStyle {
  /** Whether its painting is among the pictures. */
  readonly hasPainting: boolean;
}

/**
 * gallery.md: a section for the photographs and one for each style, the pictures two in a row.
 * @param photographs their names, without extension
 */
export function galleryPage(styles: readonly ShownStyle[], photographs: readonly string[]): string {
  const pictures = (alt: (title: string) => string, style?: string) =>
    photographs.map((name) => picture(pictureName(name, style), alt(name.replaceAll('-', ' '))).text).join('\n');
  const sections = styles.map(({ name, style, hasPainting }) => {
    const { author, licence } = style.recipe;
    const credit = [author, licence].filter(Boolean).join(', ');
    return [
      `## ${name}`,
      ...(credit === '' ? [] : [html`${credit}`.text]),
      `\`npm run stylize -- PHOTOGRAPH --model ${name} --output FILE\`; trained with ${shortRecipe(style)}.`,
      ...(hasPainting ? [picture(paintingName(name), `the painting of the style ${name}`, '24%').text] : []),
      pictures((title) => `${title}, in the style ${name}`, name),
    ].join('\n\n');
  });
  const introduction =
    'Photographs, and what each style that comes with impasto makes of them. `npm run gallery` makes this page and its ' +
    'pictures; `npm run impasto styles NAME` tells how a style was trained, with the command that trains it again.';
  const own = ['## The photographs', pictures((title) => title)].join('\n\n');
  return `${['# Gallery', introduction, ...sections, own].join('\n\n')}\n`;
}

function picture(name: string, alt: string, width = '49%'): Html {
  return html`<a href="${picturesFolder}/${name}"><img src="${picturesFolder}/${name}" alt="${alt}" width="${width}"></a>`;
}
