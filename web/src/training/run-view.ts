import { element } from '../view/element.ts';
import type { RuntimeState } from '../worker/protocol.ts';
import { lossCurves } from './curve.ts';
import { inWords } from './duration.ts';
import type { TrainingStatus } from './trainer.ts';

/** What the buttons of a training do. */
export interface RunActions {
  readonly onPause: () => void;
  readonly onResume: () => void;
  readonly onKeep: () => void;
  readonly onDownload: () => void;
  readonly onDiscard: () => void;
  /** Paints in the style that has become of it. */
  readonly onUse: () => void;
  /** Makes room for the next one. */
  readonly onAnother: () => void;
}

const underWay = { main: 'Pause', second: 'Stop and keep' } as const;

/** What stands on the first two buttons. */
const words: Readonly<Record<TrainingStatus['activity'], { readonly main: string; readonly second: string }>> = {
  starting: underWay,
  training: underWay,
  pausing: underWay,
  paused: { main: 'Continue', second: 'Keep as it is' },
  done: { main: 'Paint with it', second: 'Make another' },
};

/** A training under way: how far it is, what it makes, and what can be done with it. */
export function connectRun(actions: RunActions): (status: TrainingStatus) => void {
  const pause = element('run-pause', HTMLButtonElement);
  const keep = element('run-keep', HTMLButtonElement);
  const showPreview = pictureOf('run-preview');
  const showPainting = pictureOf('run-painting');
  let current: TrainingStatus | undefined;

  pause.addEventListener('click', () => {
    if (current?.activity === 'done') actions.onUse();
    else if (current?.activity === 'paused') actions.onResume();
    else actions.onPause();
  });
  keep.addEventListener('click', () => (current?.activity === 'done' ? actions.onAnother() : actions.onKeep()));
  element('run-download', HTMLButtonElement).addEventListener('click', actions.onDownload);
  connectDiscard(actions.onDiscard);

  return (status) => {
    current = status;
    const { activity, name, painting, settings, step, result, runtime } = status;
    showPainting(painting);
    showPreview(result?.preview);
    element('run-preview', HTMLImageElement).alt = result ? `A photograph painted after step ${result.step}` : '';
    element('run-empty', HTMLElement).hidden = result !== undefined;
    element('run-caption', HTMLElement).textContent = result ? `${name}, after step ${result.step}` : name;
    element('run-step', HTMLElement).textContent =
      activity === 'done' ? `Learnt in ${step} steps` : `Step ${step} of ${settings.steps}`;
    element('run-time', HTMLElement).textContent = timeOf(status);
    element('run-progress', HTMLProgressElement).value = step / settings.steps;
    element('run-device', HTMLElement).textContent = [status.warning, deviceOf(runtime)].filter(Boolean).join(' ');
    pause.textContent = words[activity].main;
    pause.disabled = activity === 'pausing';
    keep.textContent = words[activity].second;
    keep.disabled = !result || activity === 'pausing' || activity === 'starting';
    element('run-discard', HTMLButtonElement).hidden = activity === 'done';
    element('run-progress', HTMLProgressElement).hidden = activity === 'done';
    element('run-download', HTMLButtonElement).disabled = !result;
    showCurve(status.losses);
  };
}

function timeOf({ activity, phase, step, settings, secondsPerStep }: TrainingStatus): string {
  switch (activity) {
    case 'starting':
      return phase ? `${phase} …` : 'The first step is under way …';
    case 'pausing':
      return 'Pausing after the step under way …';
    case 'done':
      return 'It is among your styles now, and stored on this device.';
    case 'paused':
      return 'Paused. All is stored on this device: continue now or another day.';
    case 'training': {
      if (secondsPerStep === undefined) return '';
      const speed = secondsPerStep < 10 ? secondsPerStep.toFixed(1) : Math.round(secondsPerStep);
      return `${sentence(inWords((settings.steps - step) * secondsPerStep))} left, at ${speed} seconds a step`;
    }
  }
}

function deviceOf(runtime: RuntimeState | undefined): string | undefined {
  if (!runtime || runtime.note) return runtime?.note;
  if (runtime.device === 'webgpu') return 'On the graphics card.';
  return runtime.threads === 1
    ? 'On the processor, in one thread.'
    : `On the processor, in ${runtime.threads} threads.`;
}

function sentence(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function showCurve(losses: readonly number[]): void {
  const isDrawn = losses.length > 2;
  element('run-curve', HTMLElement).hidden = !isDrawn;
  if (!isDrawn) return;
  const { steps, mean } = lossCurves(losses);
  document.getElementById('run-curve-steps')?.setAttribute('d', steps);
  document.getElementById('run-curve-mean')?.setAttribute('d', mean);
  const [first, last] = [losses[0], losses.at(-1)].map((loss) => loss?.toPrecision(3));
  element('run-loss', HTMLElement).textContent = `from ${first} to ${last}`;
}

/** Shows a picture file in an image; the same one again changes nothing. */
function pictureOf(id: string): (file: Blob | undefined) => void {
  const image = element(id, HTMLImageElement);
  let current: Blob | undefined;
  return (file) => {
    if (file === current) return;
    current = file;
    if (image.src) URL.revokeObjectURL(image.src);
    image.hidden = file === undefined;
    if (file) image.src = URL.createObjectURL(file);
    else image.removeAttribute('src');
  };
}

/** Nothing is discarded that was not asked for twice. */
function connectDiscard(onDiscard: () => void): void {
  const discard = element('run-discard', HTMLButtonElement);
  const [confirm, actions] = [element('run-confirm', HTMLElement), element('run-actions', HTMLElement)];
  const ask = (isAsked: boolean): void => {
    confirm.hidden = !isAsked;
    actions.hidden = isAsked;
    if (isAsked) element('run-discard-no', HTMLButtonElement).focus();
    else discard.focus();
  };
  discard.addEventListener('click', () => ask(true));
  element('run-discard-no', HTMLButtonElement).addEventListener('click', () => ask(false));
  element('run-discard-yes', HTMLButtonElement).addEventListener('click', () => {
    ask(false);
    onDiscard();
  });
}
