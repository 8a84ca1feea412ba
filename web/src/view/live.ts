import type { Store } from '../app/state.ts';
import { hasSeveralCameras } from '../camera/camera.ts';
import type { LiveFrame } from '../camera/live.ts';
import { element } from './element.ts';

/** What the camera's buttons do. */
export interface LiveViewOptions {
  readonly onTake: () => void;
  readonly onStop: () => void;
  readonly onTurn: () => void;
}

/** The camera's picture, painted. */
export function createLiveView(
  store: Store,
  { onTake, onStop, onTurn }: LiveViewOptions,
): { readonly showFrame: (frame: LiveFrame) => void } {
  const view = element('live', HTMLElement);
  const canvas = element('live-canvas', HTMLCanvasElement);
  const turn = element('live-switch', HTMLButtonElement);
  element('live-take', HTMLButtonElement).addEventListener('click', onTake);
  element('live-stop', HTMLButtonElement).addEventListener('click', onStop);
  turn.addEventListener('click', onTurn);

  store.show(['camera'], ({ camera }) => {
    const facts = element('live-facts', HTMLElement);
    element('live-take', HTMLButtonElement).disabled = camera.kind !== 'live';
    view.classList.toggle('mirrored', camera.kind === 'live' && camera.isMirrored);
    if (camera.kind === 'off') facts.textContent = '';
    if (camera.kind === 'starting') {
      facts.textContent = 'Starting the camera';
      void hasSeveralCameras().then(
        (several) => {
          turn.hidden = !several;
        },
        () => {},
      );
    }
    if (camera.kind === 'live') {
      facts.textContent = `${camera.framesPerSecond.toFixed(1)} pictures a second, ${camera.side} pixels`;
    }
  });
  return {
    showFrame: ({ bitmap }) => {
      canvas.style.setProperty('--ratio', String(bitmap.width / bitmap.height));
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
      bitmap.close();
    },
  };
}
