/*
 * The browser's database, in which is kept what outlives the page. Each change is one transaction, so that whatever ends the
 * page in its midst leaves the state before it or the state after it.
 */

/** What is kept: the training under way, and the styles of the user's own. */
export const stores = { training: 'training', styles: 'styles' } as const;

/** The browser does not store what it is given. */
export class StorageError extends Error {}

/**
 * Does some work in one transaction.
 * @param what is kept, in the words of the sentence that says it could not be
 * @returns when all of it is on the disk
 * @throws StorageError, one sentence, if it is not; then nothing of it is
 */
export async function transact<T>(
  what: string,
  mode: IDBTransactionMode,
  work: (transaction: IDBTransaction) => Promise<T>,
): Promise<T> {
  try {
    const database = await openDatabase();
    try {
      const transaction = database.transaction(Object.values(stores), mode, { durability: 'strict' });
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
    throw new StorageError(explain(error, what), { cause: error });
  }
}

/** The result of a request. */
export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open('impasto', 1);
  request.onupgradeneeded = () => {
    for (const name of Object.values(stores)) request.result.createObjectStore(name);
  };
  return settled(request);
}

function explain(error: unknown, what: string): string {
  if (error instanceof DOMException && error.name === 'QuotaExceededError') {
    return `The browser has no room left to store ${what}. Free some space on this device, then try again.`;
  }
  return `The browser does not let this page store ${what} here (in a private window, perhaps).`;
}
