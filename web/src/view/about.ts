import { isWantedDevice, type WantedDevice } from '../app/devices.ts';
import { nameWithCredit, type Store } from '../app/state.ts';
import type { RuntimeState } from '../worker/protocol.ts';
import { element } from './element.ts';

/** What runs the networks, and what is told about the page. */
export function connectAbout(store: Store, onDevice: (device: WantedDevice) => void): void {
  const dialog = element('about', HTMLDialogElement);
  const wanted = element('wanted-device', HTMLSelectElement);
  element('about-open', HTMLButtonElement).addEventListener('click', () => dialog.showModal());
  wanted.addEventListener('change', () => {
    if (isWantedDevice(wanted.value)) onDevice(wanted.value);
  });

  store.show(['runtime'], ({ runtime }) => {
    if (!runtime) return;
    element('device', HTMLElement).textContent = shortly(runtime);
    element('about-runtime', HTMLElement).textContent = atLength(runtime);
  });
  store.show(['styles'], ({ styles }) => {
    const lines = styles.map((style) => {
      const line = document.createElement('li');
      line.textContent = nameWithCredit(style);
      return line;
    });
    element('credits', HTMLUListElement).replaceChildren(...lines);
  });
}

function shortly({ device, threads }: RuntimeState): string {
  if (device === 'webgpu') return 'Graphics card';
  return threads === 1 ? 'Processor, 1 thread' : `Processor, ${threads} threads`;
}

function atLength({ device, threads, note }: RuntimeState): string {
  const where =
    device === 'webgpu'
      ? 'Styles run on the graphics card (WebGPU).'
      : `Styles run on the processor (WebAssembly) in ${threads === 1 ? 'one thread' : `${threads} threads`}.`;
  const alone =
    device === 'wasm' && !crossOriginIsolated
      ? 'More threads need two headers (COOP and COEP) that the host of this page does not send.'
      : '';
  return [where, note, alone].filter(Boolean).join(' ');
}
