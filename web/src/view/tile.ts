import type { Style } from '../app/state.ts';

/** What a style looks like: its thumbnail, or the first letter of its name. */
export function tile({ thumbnail, name }: Pick<Style, 'thumbnail' | 'name'>): HTMLSpanElement {
  const span = document.createElement('span');
  span.className = 'tile';
  if (thumbnail === null) {
    span.textContent = name.slice(0, 1);
    span.ariaHidden = 'true';
    return span;
  }
  const image = document.createElement('img');
  image.src = thumbnail;
  image.alt = '';
  image.decoding = 'async';
  span.append(image);
  return span;
}
