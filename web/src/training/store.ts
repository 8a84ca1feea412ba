import { settled, stores, transact } from '../storage/database.ts';
import { type KeptStyle, putStyle } from '../storage/styles.ts';
import type { TrainingSettings } from './protocol.ts';

/** What a training was asked for: it stays as it is. */
export interface StoredOrder {
  readonly name: string;
  readonly painting: Blob;
  readonly settings: TrainingSettings;
}

/** How far a training is. */
export interface StoredProgress {
  readonly step: number;
  /** The bytes of checkpoint.safetensors. */
  readonly checkpoint: Uint8Array;
  /** Of every step done. */
  readonly losses: readonly number[];
  /** How long a step takes, the latest ones counting most. */
  readonly secondsPerStep: number | undefined;
  /** What there is to see; undefined before the first steps are done. */
  readonly result: TrainedModel | undefined;
}

/** A network as trained so far. */
export interface TrainedModel {
  /** The bytes of model.onnx. */
  readonly model: Uint8Array<ArrayBuffer>;
  /** The preview's photograph painted by it. */
  readonly preview: Blob;
  /** The same as a small picture, a data URL. */
  readonly thumbnail: string;
}

export interface StoredTraining {
  readonly order: StoredOrder;
  readonly progress: StoredProgress;
}

/* One training at a time: its order and its progress, each under its name. */

const what = 'the training';

/** Whether a training is stored. */
export function holdsTraining(): Promise<boolean> {
  return transact(what, 'readonly', async (transaction) => {
    const entries = await settled(transaction.objectStore(stores.training).count());
    return entries > 0;
  });
}

/** The training that is stored, if there is one. */
export function readTraining(): Promise<StoredTraining | undefined> {
  return transact(what, 'readonly', async (transaction) => {
    const store = transaction.objectStore(stores.training);
    const [order, progress] = await Promise.all([
      settled<StoredOrder | undefined>(store.get('order')),
      settled<StoredProgress | undefined>(store.get('progress')),
    ]);
    return order && progress && { order, progress };
  });
}

/** Stores a new training in place of any before it. */
export function writeTraining({ order, progress }: StoredTraining): Promise<void> {
  return transact(what, 'readwrite', async (transaction) => {
    const store = transaction.objectStore(stores.training);
    await Promise.all([settled(store.put(order, 'order')), settled(store.put(progress, 'progress'))]);
  });
}

/** Stores how far the training is. */
export function writeProgress(progress: StoredProgress): Promise<void> {
  return transact(what, 'readwrite', async (transaction) => {
    await settled(transaction.objectStore(stores.training).put(progress, 'progress'));
  });
}

export function removeTraining(): Promise<void> {
  return transact(what, 'readwrite', async (transaction) => {
    await settled(transaction.objectStore(stores.training).clear());
  });
}

/** Makes a style of the training: from then on there is the style and no training. */
export function keepAsStyle(style: KeptStyle): Promise<void> {
  return transact(what, 'readwrite', async (transaction) => {
    await Promise.all([putStyle(transaction, style), settled(transaction.objectStore(stores.training).clear())]);
  });
}
