import type { WantedDevice } from '../../../src/infer/open-stylizer.browser.ts';
import type { CallName, Calls, FromWorker, RuntimeState, TileProgress, ToWorker } from '../worker/protocol.ts';

/** What is told of a call while it is under way, and what stops it. */
export interface CallOptions {
  readonly onTile?: (progress: TileProgress) => void;
  readonly signal?: AbortSignal;
  readonly transfer?: readonly Transferable[];
}

/** The worker that paints, as the page calls it. */
export interface PainterClient {
  /** @throws one sentence; the signal's reason if it was stopped; WorkerReplaced if the worker did not survive it */
  call<Name extends CallName>(
    name: Name,
    request: Calls[Name]['request'],
    options?: CallOptions,
  ): Promise<Calls[Name]['result']>;
  /** Replaces the worker by one on another device: what it held is gone. */
  restart(device: WantedDevice): void;
}

/** The worker was replaced, and what it held is gone. */
export class WorkerReplaced extends Error {
  /** @param isOurs whether the page itself ended it, so that what was asked for can be asked of the next one */
  constructor(
    reason: string,
    readonly isOurs: boolean,
  ) {
    super(reason);
  }
}

/** How long a call that is to stop may go on before its worker is ended. */
const patience = 8000;

interface Pending {
  readonly settle: (message: Extract<FromWorker, { kind: 'result' | 'failed' }>) => void;
  readonly fail: (error: Error) => void;
  readonly onTile: CallOptions['onTile'];
}

/** What a client works with, and whom it tells. */
export interface PainterClientParts {
  readonly device: WantedDevice;
  /** Settles when files may be fetched. */
  readonly ready: Promise<void>;
  readonly onRuntime: (runtime: RuntimeState) => void;
  /** The worker's photograph, painting and styles are gone. */
  readonly onReplaced: () => void;
}

/** Starts the worker when it is first called. */
export function createPainterClient({ device, ready, onRuntime, onReplaced }: PainterClientParts): PainterClient {
  const pending = new Map<number, Pending>();
  let wanted = device;
  let nextId = 1;
  let worker: Worker | undefined;

  const startWorker = (): Worker => {
    const started = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module', name: 'painter' });
    started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => receive(data));
    started.addEventListener('error', () => end('The part of this page that paints has ended unexpectedly.', false));
    post(started, { kind: 'start', device: wanted });
    return started;
  };

  const end = (reason: string, isOurs: boolean): void => {
    worker?.terminate();
    worker = undefined;
    const failed = [...pending.values()];
    pending.clear();
    onReplaced();
    for (const { fail } of failed) fail(new WorkerReplaced(reason, isOurs));
  };

  const receive = (message: FromWorker): void => {
    switch (message.kind) {
      case 'runtime':
        onRuntime(message.runtime);
        return;
      case 'progress':
        pending.get(message.id)?.onTile?.(message.progress);
        return;
      case 'result':
      case 'failed': {
        const call = pending.get(message.id);
        pending.delete(message.id);
        call?.settle(message);
        if (message.kind === 'failed' && message.broken) end(message.message, false);
      }
    }
  };

  return {
    call: async (name, request, { onTile, signal, transfer = [] } = {}) => {
      await ready;
      signal?.throwIfAborted();
      worker ??= startWorker();
      const id = nextId++;
      const asked = worker;
      return new Promise((resolve, reject) => {
        const settle: Pending['settle'] = (message) => {
          // The types end at the worker's border: it answers a call with that call's result (worker/main.ts, `perform`).
          if (message.kind === 'result') resolve(message.result as Calls[typeof name]['result']);
          else if (signal?.aborted) reject(signal.reason);
          else reject(message.broken ? new WorkerReplaced(message.message, false) : new Error(message.message));
        };
        pending.set(id, { settle, fail: (error) => reject(signal?.aborted ? signal.reason : error), onTile });
        signal?.addEventListener('abort', () => {
          post(asked, { kind: 'cancel', id });
          setTimeout(() => pending.has(id) && end('The style did not stop in time.', true), patience);
        });
        post(asked, { kind: 'call', id, name, request } as ToWorker, transfer);
      });
    },
    restart: (device) => {
      wanted = device;
      end('The page now runs on another device.', true);
    },
  };
}

function post(worker: Worker, message: ToWorker, transfer: readonly Transferable[] = []): void {
  worker.postMessage(message, [...transfer]);
}
