import { element } from '../view/element.ts';
import type { StoredStyle } from './store.ts';

/** What can be done with a style that was trained here. */
export interface TrainedListOptions {
  readonly onDownload: (style: StoredStyle) => void;
  readonly onRemove: (style: StoredStyle) => void;
}

/** The styles that were trained on this device. */
export function connectTrainedList({
  onDownload,
  onRemove,
}: TrainedListOptions): (styles: readonly StoredStyle[]) => void {
  return (styles) => {
    element('trained', HTMLElement).hidden = styles.length === 0;
    element('trained-list', HTMLUListElement).replaceChildren(
      ...styles.map((style) => {
        const item = document.createElement('li');
        const image = document.createElement('img');
        Object.assign(image, { src: style.thumbnail, alt: '' });
        const name = document.createElement('span');
        name.textContent = `${style.name}, ${style.step} steps`;
        const download = button('Download', `Download ${style.name}`, () => onDownload(style));
        const remove = removeButton(style, onRemove);
        item.append(image, name, download, remove);
        return item;
      }),
    );
  };
}

/** Nothing is removed that was not asked for twice. */
function removeButton(style: StoredStyle, onRemove: (style: StoredStyle) => void): HTMLButtonElement {
  let isAsked = false;
  const made = button('', '', () => {
    if (isAsked) onRemove(style);
    else ask(true);
  });
  const ask = (asked: boolean) => {
    isAsked = asked;
    made.textContent = asked ? 'Remove for good?' : 'Remove';
    made.ariaLabel = asked ? `Remove ${style.name} for good?` : `Remove ${style.name}`;
  };
  made.addEventListener('blur', () => ask(false));
  ask(false);
  return made;
}

function button(text: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  Object.assign(made, { type: 'button', className: 'button quiet small', textContent: text, ariaLabel: label });
  made.addEventListener('click', onClick);
  return made;
}
