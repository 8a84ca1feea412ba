import type { Store } from '../app/state.ts';
import type { TileProgress } from '../worker/protocol.ts';
import { element } from './element.ts';

/** How much a small picture is enlarged at most. */
const mostEnlarged = 2.2;

/** The photograph and the painting on the wall. */
export interface Stage {
  /** Shows a tile as soon as it is painted. */
  showTile(progress: TileProgress): void;
}

export function createStage(store: Store): Stage {
  const frame = element('frame', HTMLElement);
  const photograph = element('photograph', HTMLCanvasElement);
  const painting = element('painting', HTMLCanvasElement);
  const divider = element('divider', HTMLElement);

  const showPainting = (isShown: boolean): void => {
    painting.hidden = !isShown;
    divider.hidden = !isShown;
  };

  store.show(['photograph', 'camera'], ({ photograph: picture, camera }) => {
    const view = camera.kind !== 'off' ? 'camera' : picture ? 'picture' : 'welcome';
    document.body.dataset.view = view;
    element('welcome', HTMLElement).hidden = view !== 'welcome';
    element('picture', HTMLElement).hidden = view !== 'picture';
    element('live', HTMLElement).hidden = view !== 'camera';
  });
  store.show(['photograph'], ({ photograph: picture }) => {
    if (!picture) return;
    frame.style.setProperty('--ratio', String(picture.width / picture.height));
    frame.style.setProperty('--most', `${mostEnlarged * picture.width}px`);
    photograph.setAttribute('aria-label', `The photograph ${picture.name}`);
    draw(photograph, picture.bitmap);
    painting.width = picture.bitmap.width;
    painting.height = picture.bitmap.height;
    showPainting(false);
  });
  store.show(['work'], ({ work }) => {
    // Tiles of a painting that was stopped.
    if (!work && !store.state.painting) showPainting(false);
  });
  store.show(['painting', 'controls'], ({ painting: painted, controls }) => {
    frame.style.setProperty('--strength', String(controls.strength));
    if (!painted) return showPainting(false);
    draw(painting, (controls.keepColors && painted.inColors) || painted.bitmap);
    painting.setAttribute('aria-label', `The photograph painted in the style ${painted.style.name}`);
    showPainting(true);
  });

  return {
    showTile: ({ region, bitmap }) => {
      if (!store.state.photograph) return;
      painting.getContext('2d')?.drawImage(bitmap, region.left, region.top, region.width, region.height);
      bitmap.close();
      showPainting(true);
    },
  };
}

function draw(canvas: HTMLCanvasElement, bitmap: ImageBitmap): void {
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
}
