import type { WantedDevice } from '../../../src/infer/open-stylizer.browser.ts';
import { saveStyle } from '../app/save-file.ts';
import type { Style } from '../app/state.ts';
import type { KeptStyle } from '../storage/styles.ts';
import { element } from '../view/element.ts';
import { complain } from '../view/workshop-message.ts';
import { connectRun } from './run-view.ts';
import { connectSetup } from './setup.ts';
import { createTrainer, type TrainingStatus } from './trainer.ts';

/** What the page gives to its workshop, and is told by it. */
export interface WorkshopOptions {
  readonly device: () => WantedDevice;
  /** Settles when files may be fetched. */
  readonly ready: Promise<void>;
  /** Told of a style that was trained just now; gives it as it is called among the others. */
  readonly onTrained: (style: KeptStyle) => Style;
  readonly onUse: (style: Style) => void;
  readonly onOpenModel: () => void;
}

/** Where styles are made. */
export interface Workshop {
  open(): void;
  /** Takes a file that was dropped or pasted; false if the workshop is closed. */
  take(file: File): boolean;
}

/** Opens the workshop, with what earlier visits have left in it. */
export async function createWorkshop(options: WorkshopOptions): Promise<Workshop> {
  const dialog = element('training', HTMLDialogElement);
  let latest: Style | undefined;
  const trainer = createTrainer({
    ...options,
    onStatus: (status) => show(status),
    onStyle: (trained) => {
      latest = options.onTrained(trained);
      setup.clear();
      say(`${latest.name} is ready.`);
    },
    onError: complain,
  });
  const setup = connectSetup({
    onStart: (order) => {
      complain(undefined);
      trainer.begin(order);
    },
    onRefused: complain,
  });
  const showRun = connectRun({
    onPause: trainer.pause,
    onResume: () => {
      complain(undefined);
      trainer.resume();
    },
    onKeep: trainer.keep,
    onDownload: () => {
      const { status } = trainer;
      if (status?.result) saveStyle({ name: status.name, model: status.result.model });
    },
    onDiscard: trainer.discard,
    onUse: () => {
      dialog.close();
      if (latest) options.onUse(latest);
    },
    onAnother: trainer.dismiss,
  });

  const show = (status: TrainingStatus | undefined): void => {
    element('setup', HTMLFormElement).hidden = status !== undefined;
    element('run', HTMLElement).hidden = status === undefined;
    element('training-title', HTMLElement).textContent = titleOf(status);
    showChip(status);
    if (status) showRun(status);
    if (status?.activity === 'starting') say(`Learning ${status.name}`);
    if (status?.activity === 'paused') say(`Paused after step ${status.step}`);
  };
  const say = (text: string): void => {
    const line = element('training-status', HTMLElement);
    if (line.textContent !== text) line.textContent = text;
  };

  dialog.addEventListener('close', trainer.dismiss);
  element('open-model', HTMLButtonElement).addEventListener('click', () => {
    dialog.close();
    options.onOpenModel();
  });
  await trainer.restore();
  return {
    open: () => dialog.showModal(),
    take: (file) => {
      // A style is no painting: it is opened as at any other time.
      if (/\.onnx$/i.test(file.name)) dialog.close();
      if (dialog.open && !trainer.status) void setup.takePainting(file);
      return dialog.open;
    },
  };
}

/** A word in the page's bar, for whoever paints meanwhile. */
function showChip(status: TrainingStatus | undefined): void {
  const chip = element('training-chip', HTMLButtonElement);
  chip.hidden = status === undefined;
  if (!status) return;
  const { activity, step, settings } = status;
  const what = activity === 'done' ? 'Style' : 'Training';
  const state = stateWords(activity) ?? `${Math.floor((100 * step) / settings.steps)} %`;
  element('training-chip-what', HTMLElement).textContent = `${what} `;
  element('training-chip-state', HTMLElement).textContent = state;
}

function stateWords(activity: TrainingStatus['activity']): string | undefined {
  if (activity === 'done') return 'ready';
  return activity === 'paused' ? 'paused' : undefined;
}

function titleOf(status: TrainingStatus | undefined): string {
  if (!status) return 'Make your own style';
  return status.activity === 'done' ? `${status.name} is ready` : `Learning ${status.name}`;
}
