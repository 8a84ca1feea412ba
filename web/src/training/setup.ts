import type { PictureSize, Region } from '../../../src/image/picture.ts';
import { displayName } from '../app/display-name.ts';
import { nameOf, sortFile } from '../app/files.ts';
import { deviceFacts, pixelLimits } from '../app/limits.ts';
import { element } from '../view/element.ts';
import { inWords } from './duration.ts';
import { examinePainting, type Painting } from './painting.ts';
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
  const crop = element('painting-crop', HTMLInputElement);
  let painting: Painting | undefined;
  /** How many paintings were chosen: of several that are being looked at, the last one counts. */
  let choices = 0;
  let suggestedName = '';
  let looking: Promise<void> = Promise.resolve();

  const show = (chosen: Painting | undefined): void => {
    painting = chosen;
    if (shown.src) URL.revokeObjectURL(shown.src);
    shown.hidden = chosen === undefined;
    element('painting-hint', HTMLElement).hidden = chosen !== undefined;
    if (chosen) shown.src = URL.createObjectURL(chosen.file);
    else shown.removeAttribute('src');
    if (chosen) choose.setAttribute('aria-label', `The painting ${nameOf(chosen.file)}: choose another`);
    else choose.removeAttribute('aria-label');
    element('painting-frame', HTMLElement).hidden = chosen?.region === undefined;
    element('painting-left', HTMLElement).textContent = chosen?.region ? whatIsLeft(chosen.size, chosen.region) : '';
    crop.checked = true;
    showCrop();
  };

  /** Shows the part that is learnt. */
  const showCrop = (): void => {
    shown.style.clipPath = painting && crop.checked ? clipPath(painting) : '';
  };

  /** Names the style after a painting, at once: whoever types meanwhile is not to be interrupted. A name of the user's stays. */
  const suggestName = (file: File | undefined): void => {
    if (name.value !== suggestedName) return;
    suggestedName = file ? displayName(nameOf(file)) : '';
    name.value = suggestedName;
  };

  const takePainting = (file: File): Promise<void> => {
    suggestName(file);
    looking = lookAt(file, ++choices);
    return looking;
  };

  const lookAt = async (file: File, choice: number): Promise<void> => {
    try {
      const examined = await examine(file);
      if (choice !== choices) return;
      onRefused(undefined);
      show(examined);
    } catch (error) {
      if (choice !== choices) return;
      suggestName(painting?.file);
      onRefused(error instanceof Error ? error.message : String(error));
    }
  };

  const start = (): void => {
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
      name: name.value.trim() || displayName(nameOf(painting.file)),
      painting: painting.file,
      fileName: painting.file.name,
      styleCrop: crop.checked ? painting.region : undefined,
      pixelLimit: pixelLimits(deviceFacts()).decoded,
      settings: readSettings(),
    });
  };

  crop.addEventListener('change', showCrop);
  choose.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) void takePainting(file);
    input.value = '';
  });
  form.addEventListener('input', showEstimate);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // A painting that was chosen just now may still be looked at.
    void looking.then(start);
  });
  show(undefined);
  showEstimate();
  return {
    takePainting,
    clear: () => {
      choices++;
      // Also what was found wrong with it is forgotten.
      form.reset();
      suggestedName = '';
      show(undefined);
      more.open = false;
      showEstimate();
    },
  };
}

function examine(file: File): Promise<Painting> {
  const sorted = sortFile(file);
  if (sorted.kind === 'refused') throw new Error(sorted.reason);
  return examinePainting(file, pixelLimits(deviceFacts()).decoded);
}

function whatIsLeft(size: PictureSize, region: Region): string {
  return `${region.width} × ${region.height} of ${size.width} × ${size.height} pixels are left`;
}

/** A painting's region as the CSS value by which an image shows no more than that. */
function clipPath({ size, region }: Painting): string {
  if (!region) return '';
  const { left, top, width, height } = region;
  const insets = [
    top / size.height,
    1 - (left + width) / size.width,
    1 - (top + height) / size.height,
    left / size.width,
  ];
  return `inset(${insets.map((inset) => `${100 * inset}%`).join(' ')})`;
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
