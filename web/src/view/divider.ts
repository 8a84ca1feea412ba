import { element } from './element.ts';

/** How far an arrow key moves the divider, and page up or down. */
const step = 0.02;
const page = 0.1;

/** The divider between photograph (left) and painting (right): dragged anywhere on the picture, or moved by keys. */
export function connectDivider(): void {
  const frame = element('frame', HTMLElement);
  const divider = element('divider', HTMLElement);
  let split = 0.5;

  const move = (to: number): void => {
    split = Math.min(1, Math.max(0, to));
    const percent = Math.round(split * 100);
    frame.style.setProperty('--split', String(split));
    divider.setAttribute('aria-valuenow', String(percent));
    divider.setAttribute('aria-valuetext', `${percent} % photograph, ${100 - percent} % painting`);
  };

  const follow = ({ clientX }: PointerEvent): void => {
    const { left, width } = frame.getBoundingClientRect();
    move((clientX - left) / width);
  };

  frame.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || divider.hidden) return;
    event.preventDefault();
    frame.setPointerCapture(event.pointerId);
    divider.focus({ focusVisible: false, preventScroll: true } as FocusOptions);
    follow(event);
  });
  frame.addEventListener('pointermove', (event) => {
    if (frame.hasPointerCapture(event.pointerId)) follow(event);
  });
  divider.addEventListener('keydown', (event) => {
    const to = target(event.key, split);
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  });
  move(split);
}

function target(key: string, split: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return split - step;
    case 'ArrowRight':
    case 'ArrowUp':
      return split + step;
    case 'PageDown':
      return split - page;
    case 'PageUp':
      return split + page;
    case 'Home':
      return 0;
    case 'End':
      return 1;
    default:
      return undefined;
  }
}
