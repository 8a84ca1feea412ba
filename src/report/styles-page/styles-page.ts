import { type StyleModel, shortRecipe } from '../../style-file/read-style.ts';
import { type Html, html } from '../html.ts';
import type { PageAsset } from '../page-assets.node.ts';
import { pagePolicy, standalonePage } from '../render/page.ts';

/** A style under the name that `--model` takes. */
export interface NamedStyle {
  readonly name: string;
  readonly path: string;
  readonly style: StyleModel;
}

/** A page of styles, each with a photograph painted in it. It needs no script. */
export function stylesPage(styles: readonly NamedStyle[], style: PageAsset): string {
  const body = html`<main>
<header>
<h1>Styles</h1>
<p class="quiet">Each picture is a photograph painted in the style. <code>impasto stylize PHOTOGRAPH --model NAME --output FILE</code> paints yours.</p>
</header>
<ul class="styles">${styles.map(entry)}</ul>
</main>`;
  return standalonePage({ title: 'Styles', body, style, policy: pagePolicy(style) });
}

function entry({ name, style }: NamedStyle): Html {
  const { recipe, thumbnail } = style;
  const picture =
    thumbnail === undefined
      ? html`<p class="missing">The model has no picture</p>`
      : html`<img src="${thumbnail}" alt="A photograph in the style ${name}" decoding="async">`;
  const credit = [recipe.author, recipe.licence].filter(Boolean).join(', ');
  return html`<li>
${picture}
<h2>${name}</h2>
${credit === '' ? null : html`<p>${credit}</p>`}
<p class="quiet">${shortRecipe(style)}</p>
</li>`;
}
