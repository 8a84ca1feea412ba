/** A picture of the page as the viewer shows it. */
interface Enlargeable {
  readonly source: string;
  readonly alt: string;
  readonly caption: string;
  readonly width: number;
  readonly height: number;
}

/** Opens a picture that is clicked in the page's viewer; the arrow keys lead to its neighbours. */
export function enlargePictures(): void {
  const viewer = document.querySelector<HTMLDialogElement>('#viewer');
  if (!viewer) return;
  let pictures: readonly Enlargeable[] = [];
  let position = 0;
  const move = (by: number) => {
    position = (position + by + pictures.length) % pictures.length;
    show(viewer, pictures, position, move);
  };
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button.picture') : null;
    if (!button) return;
    const neighbours = [...(button.closest('.strip')?.querySelectorAll('button.picture') ?? [button])];
    pictures = neighbours.flatMap(enlargeable);
    position = neighbours.indexOf(button);
    show(viewer, pictures, position, move);
    viewer.showModal();
  });
  viewer.addEventListener('keydown', ({ key }) => {
    if (key === 'ArrowLeft') move(-1);
    if (key === 'ArrowRight') move(1);
  });
  // A click beside the picture lands on the dialog itself.
  viewer.addEventListener('click', ({ target }) => target === viewer && viewer.close());
}

function enlargeable(button: Element): readonly Enlargeable[] {
  const image = button.querySelector('img');
  if (!image || !(button instanceof HTMLElement)) return [];
  const { src, alt, naturalWidth, naturalHeight } = image;
  return [{ source: src, alt, caption: button.dataset.caption ?? '', width: naturalWidth, height: naturalHeight }];
}

function show(
  viewer: HTMLDialogElement,
  pictures: readonly Enlargeable[],
  position: number,
  move: (by: number) => void,
): void {
  const picture = pictures[position];
  if (!picture) return;
  const image = document.createElement('img');
  image.src = picture.source;
  image.alt = picture.alt;
  image.width = picture.width;
  image.height = picture.height;
  const caption = document.createElement('p');
  caption.textContent = picture.caption;
  const bar = document.createElement('div');
  bar.className = 'viewer-bar';
  const focusedLabel = document.activeElement?.getAttribute('aria-label');
  const close = control('Close', '✕', () => viewer.close());
  const steps =
    pictures.length > 1 ? [control('Previous', '←', () => move(-1)), control('Next', '→', () => move(1))] : [];
  bar.append(caption, ...steps, close);
  viewer.replaceChildren(image, bar);
  const refocus = [...steps, close].find((button) => button.ariaLabel === focusedLabel) ?? close;
  refocus.focus();
}

function control(label: string, sign: string, onClick: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.ariaLabel = label;
  button.textContent = sign;
  button.addEventListener('click', onClick);
  return button;
}
