import { isOwn, nameWithCredit, type OwnStyle, type Store } from '../app/state.ts';
import { element } from './element.ts';
import { tile } from './tile.ts';

/** What can be done with a style of the user's own. */
export interface OwnListOptions {
  readonly onDownload: (style: OwnStyle) => void;
  readonly onRemove: (style: OwnStyle) => void;
}

/** The styles of the user's own, in the workshop. */
export function connectOwnList(store: Store, { onDownload, onRemove }: OwnListOptions): void {
  store.show(['styles'], ({ styles }) => {
    const own = styles.filter(isOwn);
    element('own-styles', HTMLElement).hidden = own.length === 0;
    element('own-list', HTMLUListElement).replaceChildren(
      ...own.map((style) => {
        const item = document.createElement('li');
        const name = document.createElement('span');
        name.className = 'name';
        name.textContent = nameWithCredit(style);
        const actions = document.createElement('span');
        actions.className = 'actions';
        const download = button('Download', `Download ${style.name}`, () => onDownload(style));
        actions.append(download, removeButton(style, onRemove));
        item.append(tile(style), name, actions);
        return item;
      }),
    );
  });
}

/** Nothing is removed that was not asked for twice. */
function removeButton(style: OwnStyle, onRemove: (style: OwnStyle) => void): HTMLButtonElement {
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
