import type { Store } from '../app/state.ts';
import { element } from './element.ts';

/** What the page is busy with, and what it has to say. */
export function connectNotices(store: Store, onCancel: () => void): void {
  const work = element('work', HTMLElement);
  const progress = element('work-progress', HTMLProgressElement);
  const message = element('message', HTMLElement);
  const status = element('status', HTMLElement);

  element('work-cancel', HTMLButtonElement).addEventListener('click', onCancel);
  element('message-close', HTMLButtonElement).addEventListener('click', () => store.update({ message: undefined }));

  store.show(['work'], ({ work: current }) => {
    work.hidden = !current;
    if (!current) return;
    element('work-label', HTMLElement).textContent = current.label;
    if (current.share === undefined) progress.removeAttribute('value');
    else progress.value = current.share;
  });
  store.show(['message'], ({ message: current }) => {
    message.hidden = !current;
    message.classList.toggle('error', current?.kind === 'error');
    element('message-text', HTMLElement).textContent = current?.text ?? '';
  });
  // One line for those who hear the page: only what changes, not every tile.
  const say = (text: string) => {
    if (status.textContent !== text) status.textContent = text;
  };
  store.show(['message', 'work', 'painting'], ({ message: said, work: current, painting }) => {
    if (said) say(said.text);
    else if (current) say(current.label);
    else if (painting) say(`Painted in ${painting.style.name}`);
  });
}
