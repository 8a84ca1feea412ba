import { element } from './element.ts';

/** Says in the workshop what went wrong there; undefined takes it back. */
export function complain(message: string | undefined): void {
  const line = element('training-message', HTMLElement);
  line.hidden = message === undefined;
  line.textContent = message ?? '';
}
