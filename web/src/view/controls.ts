import type { Controls } from '../../../src/infer/controls.ts';
import { isSavedFormat, type SavedFormat } from '../app/files.ts';
import type { Store } from '../app/state.ts';
import { isStrokes, type Strokes } from '../app/strokes.ts';
import { element } from './element.ts';

/** What the controls do. */
export interface ControlsOptions {
  readonly onControls: (controls: Controls) => void;
  readonly onStrokes: (strokes: Strokes) => void;
  readonly onSave: (format: SavedFormat) => void;
  /** Paints a photograph whose painting was stopped. */
  readonly onPaint: () => void;
}

/** Strength, strokes, colours, and saving. */
export function connectControls(store: Store, { onControls, onStrokes, onSave, onPaint }: ControlsOptions): void {
  const strength = element('strength', HTMLInputElement);
  const strokes = element('strokes', HTMLSelectElement);
  const keepColors = element('keep-colors', HTMLInputElement);
  const format = element('format', HTMLSelectElement);
  const save = element('save', HTMLButtonElement);

  const tell = () => onControls({ strength: Number(strength.value) / 100, keepColors: keepColors.checked });
  strength.addEventListener('input', tell);
  keepColors.addEventListener('change', tell);
  strokes.addEventListener('change', () => {
    if (isStrokes(strokes.value)) onStrokes(strokes.value);
  });
  element('controls', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (!store.state.painting) onPaint();
    else if (isSavedFormat(format.value)) onSave(format.value);
  });

  store.show(['controls'], ({ controls }) => {
    element('strength-value', HTMLOutputElement).value = `${Math.round(controls.strength * 100)} %`;
  });
  store.show(['strokes'], (state) => {
    strokes.value = state.strokes;
  });
  store.show(['photograph', 'painting', 'work', 'camera'], ({ photograph, painting, work, camera }) => {
    save.textContent = photograph && !painting && !work ? 'Paint' : 'Save';
    save.disabled = !photograph || work !== undefined || camera.kind !== 'off';
  });
}
