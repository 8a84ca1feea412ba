import { displayName } from '../app/display-name.ts';
import { nameOf, sortFile } from '../app/files.ts';
import { deviceFacts, pixelLimits } from '../app/limits.ts';
import { element } from '../view/element.ts';
import { inWords } from './duration.ts';
import { requirePainting } from './painting.ts';
import type { TrainingOrder, TrainingSettings } from './protocol.ts';

/** What the form does. */
export interface SetupOptions {
  readonly onStart: (order: TrainingOrder) => void;
  /** Told why there is no painting, or no start; undefined when a painting is taken. */
  readonly onRefused: (reason: string | undefined) => void;
}

/** The form in which a training is asked for. */
export interface Setup {
  /** Takes a picture file as the painting. */
  takePainting(file: File): Promise<void>;
  /** Empties the form for the next style. */
  clear(): void;
}

export function connectSetup({ onStart, onRefused }: SetupOptions): Setup {
  const input = element('painting-file', HTMLInputElement);
  const shown = element('painting-shown', HTMLImageElement);
  const name = element('style-name', HTMLInputElement);
  const form = element('setup', HTMLFormElement);
  const choose = element('painting-choose', HTMLButtonElement);
  const more = element('more-settings', HTMLDetailsElement);
  let painting: File | undefined;

  const show = (file: File | undefined): void => {
    painting = file;
    if (shown.src) URL.revokeObjectURL(shown.src);
    shown.hidden = file === undefined;
    element('painting-hint', HTMLElement).hidden = file !== undefined;
    if (file) shown.src = URL.createObjectURL(file);
    else shown.removeAttribute('src');
    if (file) choose.setAttribute('aria-label', `The painting ${nameOf(file)}: choose another`);
    else choose.removeAttribute('aria-label');
  };

  const takePainting = async (file: File): Promise<void> => {
    try {
      const sorted = sortFile(file);
      if (sorted.kind === 'refused') throw new Error(sorted.reason);
      await requirePainting(file, pixelLimits(deviceFacts()).decoded);
    } catch (error) {
      onRefused(error instanceof Error ? error.message : String(error));
      return;
    }
    onRefused(undefined);
    // A name that the user wrote stays.
    if (name.value === (painting ? displayName(nameOf(painting)) : '')) name.value = displayName(nameOf(file));
    show(file);
  };

  shown.addEventListener('error', () => {
    if (!painting) return;
    show(undefined);
    onRefused('Expected a picture but the browser could not decode this file: it is damaged or cut short.');
  });
  choose.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) void takePainting(file);
    input.value = '';
  });
  form.addEventListener('input', showEstimate);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!painting) {
      choose.focus();
      onRefused('Choose a painting first.');
      return;
    }
    if (!form.checkValidity()) {
      // The browser points at what is wrong only where it is seen.
      more.open = true;
      form.reportValidity();
      return;
    }
    onStart({
      name: name.value.trim() || displayName(nameOf(painting)),
      painting,
      fileName: painting.name,
      pixelLimit: pixelLimits(deviceFacts()).decoded,
      settings: readSettings(),
    });
  });
  show(undefined);
  showEstimate();
  return {
    takePainting,
    clear: () => {
      show(undefined);
      // Also what was found wrong with it is forgotten.
      form.reset();
      more.open = false;
      showEstimate();
    },
  };
}

function readSettings(): TrainingSettings {
  const read = (id: string) => element(id, HTMLInputElement).valueAsNumber;
  return {
    steps: read('setting-steps'),
    batch: read('setting-batch'),
    size: read('setting-size'),
    styleSize: read('setting-style-size'),
  };
}

/** Seconds that two cores of a server took for a photograph of 256 × 256 pixels (`yarn bench web-training`). */
const secondsPerPhotograph = 0.5;

function showEstimate(): void {
  const { steps, batch, size } = readSettings();
  const seconds = steps * batch * (size / 256) ** 2 * secondsPerPhotograph;
  element('setup-time', HTMLElement).textContent = Number.isFinite(seconds) ? inWords(seconds) : 'a while';
}
