import type { WantedDevice } from '../../../src/infer/open-stylizer.browser.ts';
import { type KeptStyle, styleIdOf } from '../storage/styles.ts';
import type { RuntimeState } from '../worker/protocol.ts';
import { withoutOthers } from './lock.ts';
import type { FromTrainer, ToTrainer, TrainingOrder } from './protocol.ts';
import {
  keepAsStyle,
  readTraining,
  removeTraining,
  type StoredOrder,
  type StoredTraining,
  type TrainedModel,
} from './store.ts';

/** What there is to see of a training. */
export interface TrainingStatus extends Pick<StoredOrder, 'name' | 'painting' | 'settings'> {
  /** `starting` until the first step is done; `paused`: it can go on; `done`: it has become a style. */
  readonly activity: 'starting' | 'training' | 'pausing' | 'paused' | 'done';
  /** What is done before the first step. */
  readonly phase: string;
  /** Steps done; those that are not stored yet are made again after a reload. */
  readonly step: number;
  readonly losses: readonly number[];
  readonly secondsPerStep: number | undefined;
  /** What the last stored state makes, and after which step; undefined before the first one. */
  readonly result: (TrainedModel & { readonly step: number }) | undefined;
  readonly runtime: RuntimeState | undefined;
  /** What went wrong without ending the training. */
  readonly warning: string | undefined;
}

/** The training of a style: one at a time, in a worker of its own that is there only while it trains. */
export interface Trainer {
  /** Undefined where there is no training. */
  readonly status: TrainingStatus | undefined;
  /** Looks for a training of an earlier visit. */
  restore(): Promise<void>;
  begin(order: TrainingOrder): void;
  /** Goes on with what is stored. */
  resume(): void;
  /** Stops after the step under way; all is saved. */
  pause(): void;
  /** Makes a style of what was learnt, after the step under way; there is no training any more. */
  keep(): void;
  discard(): Promise<void>;
  /** Takes note that it was seen that a training is done. */
  dismiss(): void;
}

/** Whom a trainer tells. */
export interface TrainerListeners {
  readonly device: () => WantedDevice;
  /** Settles when files may be fetched. */
  readonly ready: Promise<void>;
  readonly onStatus: (status: TrainingStatus | undefined) => void;
  /** A training has become a style. */
  readonly onStyle: (style: KeptStyle) => void;
  readonly onError: (message: string) => void;
}

const atRest = { phase: '', runtime: undefined, warning: undefined } as const;

export function createTrainer({ device, ready, onStatus, onStyle, onError }: TrainerListeners): Trainer {
  let status: TrainingStatus | undefined;
  let worker: Worker | undefined;
  let isToBeKept = false;

  const show = (next: TrainingStatus | undefined): void => {
    status = next;
    onStatus(status);
  };
  const change = (part: Partial<TrainingStatus>): void => {
    if (status) show({ ...status, ...part });
  };

  /** The training as it is stored, at rest. */
  const rest = async (): Promise<void> => {
    worker?.terminate();
    worker = undefined;
    const stored = await readTraining().catch((error: unknown) => {
      show(undefined);
      throw error;
    });
    show(stored && { ...atRest, ...storedStatus(stored), runtime: status?.runtime, activity: 'paused' });
  };

  const start = async (command: ToTrainer): Promise<void> => {
    isToBeKept = false;
    await ready;
    const started = new Worker(new URL('./worker/trainer.ts', import.meta.url), { type: 'module', name: 'trainer' });
    worker = started;
    started.addEventListener('message', ({ data }: MessageEvent<FromTrainer>) => {
      // What a worker that was ended had still to say is for nobody.
      if (worker === started) void reporting(() => receive(data));
    });
    started.addEventListener('error', () => {
      if (worker === started) void reporting(() => fail('The part of this page that trains has ended unexpectedly.'));
    });
    started.postMessage(command);
    // It may have been stopped before there was anyone to tell.
    if (status?.activity === 'pausing') pause();
  };

  const fail = async (message: string): Promise<void> => {
    onError(message);
    await rest();
  };

  const receive = async (message: FromTrainer): Promise<void> => {
    switch (message.kind) {
      case 'phase':
        return change({ phase: message.text });
      case 'runtime':
        return change({ runtime: message.runtime });
      case 'warning':
        return change({ warning: message.text });
      case 'step': {
        const { step, loss, secondsPerStep } = message;
        const losses = [...(status?.losses.slice(0, step - 1) ?? []), loss];
        const activity = status?.activity === 'pausing' ? 'pausing' : 'training';
        return change({ activity, phase: '', step, losses, secondsPerStep });
      }
      case 'saved':
        return change({ result: await storedResult() });
      case 'failed':
        return fail(message.message);
      case 'ended':
        await rest();
        if (isToBeKept || (status && status.step >= status.settings.steps)) await keep();
    }
  };

  const storedResult = async () => {
    const stored = await readTraining();
    return stored && storedStatus(stored).result;
  };

  const keep = async (): Promise<void> => {
    const stored = await readTraining();
    if (!stored?.progress.result) return;
    const { order, progress } = stored;
    const { thumbnail, model: bytes } = stored.progress.result;
    const model = new Blob([bytes]);
    const style = { id: await styleIdOf(model), name: order.name, thumbnail, model, step: progress.step };
    await keepAsStyle(style);
    show({ ...atRest, ...storedStatus(stored), runtime: status?.runtime, activity: 'done' });
    onStyle(style);
  };

  const pause = (): void => {
    change({ activity: 'pausing' });
    worker?.postMessage({ kind: 'pause' } satisfies ToTrainer);
  };

  /** Nothing that fails goes unsaid. */
  const reporting = async (work: () => Promise<void>): Promise<void> => {
    await work().catch((error) => onError(error instanceof Error ? error.message : String(error)));
  };

  return {
    get status() {
      return status;
    },
    restore: () => reporting(rest),
    begin: (order) => {
      const { name, painting, settings } = order;
      const nothing = { step: 0, losses: [], secondsPerStep: undefined, result: undefined };
      show({ ...atRest, ...nothing, name, painting, settings, activity: 'starting' });
      void reporting(() => start({ kind: 'begin', device: device(), order }));
    },
    resume: () => {
      change({ activity: 'starting', ...atRest });
      void reporting(() => start({ kind: 'continue', device: device() }));
    },
    pause,
    keep: () => {
      isToBeKept = true;
      if (worker) pause();
      else void reporting(() => withoutOthers(keep));
    },
    discard: () =>
      reporting(async () => {
        worker?.terminate();
        worker = undefined;
        await withoutOthers(removeTraining);
        show(undefined);
      }),
    dismiss: () => {
      if (status?.activity === 'done') show(undefined);
    },
  };
}

/** What is stored of a training, as it is shown. */
function storedStatus({ order, progress }: StoredTraining) {
  const { name, painting, settings } = order;
  const { step, losses, secondsPerStep, result } = progress;
  return { name, painting, settings, step, losses, secondsPerStep, result: result && { ...result, step } };
}
