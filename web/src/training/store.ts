/*
 * What outlives the page: the training under way, and the styles that were trained here. Each change is one transaction,
 * so that whatever ends the page in its midst leaves the state before it or the state after it.
 */
import { databaseName } from './database-name.ts';
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

/** A style that was trained on this device. */
export interface StoredStyle extends TrainedModel {
  readonly id: string;
  readonly name: string;
  readonly step: number;
}

/** One training at a time: its order and its progress, each under its name. */
const trainings = 'training';
const styles = 'styles';

/** The training that is stored, if there is one. */
export function readTraining(): Promise<StoredTraining | undefined> {
  return transact('readonly', async (transaction) => {
    const store = transaction.objectStore(trainings);
    const [order, progress] = await Promise.all([
      settled<StoredOrder | undefined>(store.get('order')),
      settled<StoredProgress | undefined>(store.get('progress')),
    ]);
    return order && progress && { order, progress };
  });
}

/** Stores a new training in place of any before it. */
export function writeTraining({ order, progress }: StoredTraining): Promise<void> {
  return transact('readwrite', async (transaction) => {
    const store = transaction.objectStore(trainings);
    await Promise.all([settled(store.put(order, 'order')), settled(store.put(progress, 'progress'))]);
  });
}

/** Stores how far the training is. */
export function writeProgress(progress: StoredProgress): Promise<void> {
  return transact('readwrite', async (transaction) => {
    await settled(transaction.objectStore(trainings).put(progress, 'progress'));
  });
}

export function removeTraining(): Promise<void> {
  return transact('readwrite', async (transaction) => {
    await settled(transaction.objectStore(trainings).clear());
  });
}

/** Makes a style of the training: from then on there is the style and no training. */
export function keepAsStyle(style: StoredStyle): Promise<void> {
  return transact('readwrite', async (transaction) => {
    await Promise.all([
      settled(transaction.objectStore(styles).put(style, style.id)),
      settled(transaction.objectStore(trainings).clear()),
    ]);
  });
}

export function readStyles(): Promise<readonly StoredStyle[]> {
  return transact('readonly', (transaction) => settled<StoredStyle[]>(transaction.objectStore(styles).getAll()));
}

export function removeStyle(id: string): Promise<void> {
  return transact('readwrite', async (transaction) => {
    await settled(transaction.objectStore(styles).delete(id));
  });
}

/** The browser does not store what it is given. */
export class StorageError extends Error {}

/**
 * Does some work in one transaction.
 * @returns when all of it is on the disk
 * @throws StorageError, one sentence, if it is not; then nothing of it is
 */
async function transact<T>(mode: IDBTransactionMode, work: (transaction: IDBTransaction) => Promise<T>): Promise<T> {
  try {
    const database = await openDatabase();
    try {
      const transaction = database.transaction([trainings, styles], mode, { durability: 'strict' });
      const completed = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
      });
      const [result] = await Promise.all([work(transaction), completed]);
      return result;
    } finally {
      database.close();
    }
  } catch (error) {
    throw new StorageError(explain(error), { cause: error });
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(trainings);
    request.result.createObjectStore(styles);
  };
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function explain(error: unknown): string {
  if (error instanceof DOMException && error.name === 'QuotaExceededError') {
    return 'The browser has no room left to store the training. Free some space on this device, then go on.';
  }
  return 'The browser does not let this page store anything here (a private window, perhaps), and a training needs that.';
}
