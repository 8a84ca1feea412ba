import { nameWithCredit, type Store, type Style } from '../app/state.ts';
import { element } from './element.ts';
import { tile } from './tile.ts';

/** What the strip of styles does. */
export interface StyleStripOptions {
  readonly onChoose: (style: Style) => void;
  readonly onOwn: () => void;
}

/** The styles with their thumbnails, as radio buttons; the last place is for one of the user's own. */
export function connectStyleStrip(store: Store, { onChoose, onOwn }: StyleStripOptions): void {
  const strip = element('strip', HTMLElement);
  const own = ownButton(onOwn);
  strip.append(own);
  const inputs = new Map<string, HTMLInputElement>();

  store.show(['styles', 'chosen'], ({ styles, chosen }) => {
    for (const [id, input] of inputs) {
      if (styles.some((style) => style.id === id)) continue;
      input.closest('label')?.remove();
      inputs.delete(id);
    }
    for (const style of styles) {
      if (inputs.has(style.id)) continue;
      const { label, input } = styleCard(style);
      input.addEventListener('change', () => onChoose(style));
      inputs.set(style.id, input);
      own.before(label);
    }
    const input = chosen && inputs.get(chosen.id);
    if (!input || input.checked) return;
    input.checked = true;
    input.closest('label')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
}

function styleCard(style: Style): { readonly label: HTMLLabelElement; readonly input: HTMLInputElement } {
  const label = document.createElement('label');
  label.className = 'style';
  // Also what of a long name is not shown.
  label.title = nameWithCredit(style);
  const input = document.createElement('input');
  input.type = 'radio';
  input.name = 'style';
  input.value = style.id;
  label.append(input, tile(style), nameLine(style.name));
  return { label, input };
}

function nameLine(name: string): HTMLSpanElement {
  const span = document.createElement('span');
  span.className = 'name';
  span.textContent = name;
  return span;
}

function ownButton(onOwn: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'style own';
  button.title = 'Make a style of your own from a painting, or open one that impasto trained';
  const plus = document.createElement('span');
  plus.className = 'tile';
  plus.textContent = '+';
  plus.ariaHidden = 'true';
  button.append(plus, nameLine('Make your own'));
  button.addEventListener('click', onOwn);
  return button;
}
