import { nameOf, sortFile } from '../app/files.ts';
import { deviceFacts, pixelLimits } from '../app/limits.ts';
import { element } from '../view/element.ts';
import type { TrainingOrder } from './protocol.ts';

/** What the form does. */
export interface SetupOptions {
  /** What the preview paints, if the user has a photograph open. */
  readonly photograph: () => Promise<Blob | undefined>;
  readonly onStart: (order: TrainingOrder) => void;
  readonly onRefused: (reason: string) => void;
}

/** The form in which a training is asked for. */
export interface Setup {
  /** Takes a picture file as the painting. */
  takePainting(file: File): void;
  /** Empties the form for the next style. */
  clear(): void;
}

export function connectSetup({ photograph, onStart, onRefused }: SetupOptions): Setup {
  const input = element('painting-file', HTMLInputElement);
  const shown = element('painting-shown', HTMLImageElement);
  const name = element('style-name', HTMLInputElement);
  const steps = element('setting-steps', HTMLInputElement);
  const choose = element('painting-choose', HTMLButtonElement);
  let painting: File | undefined;

  const show = (file: File | undefined): void => {
    painting = file;
    if (shown.src) URL.revokeObjectURL(shown.src);
    shown.hidden = file === undefined;
    element('painting-hint', HTMLElement).hidden = file !== undefined;
    if (file) shown.src = URL.createObjectURL(file);
    else shown.removeAttribute('src');
    choose.setAttribute('aria-label', file ? `The painting ${nameOf(file)}: choose another` : 'Choose a painting');
  };

  const takePainting = (file: File): void => {
    const sorted = sortFile(file);
    switch (sorted.kind) {
      case 'refused':
        onRefused(sorted.reason);
        return;
      case 'model':
        onRefused('Expected a painting but this is a style (.onnx).');
        return;
      case 'picture':
        // A name that the user wrote stays.
        if (name.value === (painting ? nameOf(painting) : '')) name.value = nameOf(file);
        show(file);
    }
  };

  shown.addEventListener('error', () => {
    if (!painting) return;
    show(undefined);
    onRefused('Expected a picture (JPEG, PNG, WebP, AVIF or GIF) but the browser cannot show this file.');
  });
  choose.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) takePainting(file);
    input.value = '';
  });
  steps.addEventListener('input', () => {
    element('setup-steps', HTMLElement).textContent = steps.value;
  });
  element('setup', HTMLFormElement).addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!painting) {
      choose.focus();
      onRefused('Choose a painting first.');
      return;
    }
    onStart({
      name: name.value.trim() || nameOf(painting),
      painting,
      fileName: painting.name,
      pixelLimit: pixelLimits(deviceFacts()).decoded,
      photograph: await photograph(),
      settings: {
        steps: steps.valueAsNumber,
        batch: element('setting-batch', HTMLInputElement).valueAsNumber,
        size: element('setting-size', HTMLInputElement).valueAsNumber,
        styleSize: element('setting-style-size', HTMLInputElement).valueAsNumber,
      },
    });
  });
  show(undefined);
  return {
    takePainting,
    clear: () => {
      show(undefined);
      name.value = '';
    },
  };
}
