import { type Html, html } from '../train/report/html.ts';
import { shortRecipe } from '../train/styles/read-style.ts';
import type { NamedStyle } from '../train/styles/styles-page.ts';

/** The folder of a gallery's pictures, beside its page. */
export const picturesFolder = 'gallery';

/** The name of a photograph's picture, as it is or in a style. */
export function pictureName(photograph: string, style?: string): string {
  return style === undefined ? `${photograph}.jpg` : `${style}-${photograph}.jpg`;
}

/**
 * gallery.md: a section for the photographs and one for each style, the pictures two in a row.
 * @param photographs their names, without extension
 */
export function galleryPage(styles: readonly NamedStyle[], photographs: readonly string[]): string {
  const pictures = (alt: (title: string) => string, style?: string) =>
    photographs.map((name) => picture(pictureName(name, style), alt(name.replaceAll('-', ' '))).text).join('\n');
  const sections = styles.map(({ name, style }) => {
    const { author, licence } = style.recipe;
    const credit = [author, licence].filter(Boolean).join(', ');
    return [
      `## ${name}`,
      ...(credit === '' ? [] : [html`${credit}`.text]),
      `\`npm run stylize -- PHOTOGRAPH --model ${name} --output FILE\`; trained with ${shortRecipe(style)}.`,
      pictures((title) => `${title}, in the style ${name}`, name),
    ].join('\n\n');
  });
  const introduction =
    'Photographs, and what each style that comes with impasto makes of them. `npm run gallery` makes this page and its ' +
    'pictures; `npm run impasto styles NAME` tells how a style was trained, with the command that trains it again.';
  const own = ['## The photographs', pictures((title) => title)].join('\n\n');
  return `${['# Gallery', introduction, ...sections, own].join('\n\n')}\n`;
}

function picture(name: string, alt: string): Html {
  return html`<a href="${picturesFolder}/${name}"><img src="${picturesFolder}/${name}" alt="${alt}" width="49%"></a>`;
}
