import { settled, stores, transact } from './database.ts';
import { digestOf } from './digest.ts';

/** A style of the user's own: trained in the page, or a file that was given to it. */
export interface KeptStyle {
  readonly id: string;
  /** Its own name, whatever the others are called. */
  readonly name: string;
  /** A data URL; null if there is none. */
  readonly thumbnail: string | null;
  /** The file model.onnx. */
  readonly model: Blob;
  /** How many steps it was trained in the page; undefined if it came as a file. */
  readonly step: number | undefined;
}

/** A style as the database has it. Earlier versions wrote the bytes of the model, and not when. */
interface StyleRecord extends Omit<KeptStyle, 'model'> {
  readonly model: Blob | Uint8Array<ArrayBuffer>;
  /** Milliseconds since 1970. */
  readonly keptAt?: number;
}

const what = 'the style';

/** The id of a style of the user's own: the same file has the same one, however it comes to the page. */
export async function styleIdOf(model: Blob): Promise<string> {
  return `own-${await digestOf(model)}`;
}

/** The styles that are kept, in the order in which they came. */
export async function readStyles(): Promise<readonly KeptStyle[]> {
  const records = await transact(what, 'readonly', (transaction) =>
    settled<StyleRecord[]>(transaction.objectStore(stores.styles).getAll()),
  );
  return records
    .sort((a, b) => (a.keptAt ?? 0) - (b.keptAt ?? 0))
    .map(({ id, name, thumbnail, model, step }) => ({ id, name, thumbnail, model: new Blob([model]), step }));
}

export function keepStyle(style: KeptStyle): Promise<void> {
  return transact(what, 'readwrite', (transaction) => putStyle(transaction, style));
}

/** Keeps a style as part of a larger change. */
export async function putStyle(transaction: IDBTransaction, style: KeptStyle): Promise<void> {
  const record: StyleRecord = { ...style, keptAt: Date.now() };
  await settled(transaction.objectStore(stores.styles).put(record, style.id));
}

export function removeStyle(id: string): Promise<void> {
  return transact(what, 'readwrite', async (transaction) => {
    await settled(transaction.objectStore(stores.styles).delete(id));
  });
}
