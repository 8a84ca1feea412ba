import { systemErrorCode } from '../../files/system-error.node.ts';

/** The connection broke, or the server was out of order for the moment: what came so far is good, try again. */
export class TransferInterrupted extends Error {}

/** A file on a web server, open for reading. */
export interface RemoteFile {
  /** Its size in bytes; null if the server does not say. */
  readonly size: number | null;
  /** The server's mark of this version of the file (ETag, else Last-Modified); null if it gives none. */
  readonly validator: string | null;
  /**
   * The bytes from `start` up to, not including, `end`, as they come. Ranges are read in ascending order.
   * @throws TransferInterrupted if they end early, or the file has changed since it was opened
   */
  readonly read: (start: number, end: number) => AsyncIterable<Uint8Array>;
  readonly close: () => Promise<void>;
}

/** Errors of a machine that has no way to the server at all. */
const unreachableCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN']);
/** Errors of a way that was there and broke; UND_ERR_ are those of Node's fetch (undici). */
const interruptionCodes = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);
/** Answers that mean "not now": request timeout, too many requests, and every server error. */
const isTemporary = (status: number) => status === 408 || status === 429 || status >= 500;

/**
 * Opens a file over HTTP with a request for its first `probe` bytes. A server that knows ranges is then asked for each
 * range on its own; one that answers with the whole file is read from its beginning, and what is not wanted skipped.
 * @throws TransferInterrupted if trying again may help; otherwise an error that says in one sentence what is wrong
 */
export async function openRemoteFile(url: URL, probe: number, signal?: AbortSignal): Promise<RemoteFile> {
  const first = await request(url, 0, probe, signal);
  const body = new ForwardReader(first, 0, url, signal);
  const validator = validatorOf(first);
  const close = () => body.close();
  if (first.status === 200) {
    return { size: contentLength(first), validator, read: (start, end) => body.read(start, end), close };
  }
  async function* read(start: number, end: number): AsyncGenerator<Uint8Array> {
    if (end <= probe) return yield* body.read(start, end);
    const response = await request(url, start, end, signal);
    const reader = new ForwardReader(response, start, url, signal);
    try {
      if (response.status !== 206 || validatorOf(response) !== validator) {
        throw new TransferInterrupted(`the file at ${url} changed during the download`);
      }
      yield* reader.read(start, end);
    } finally {
      await reader.close();
    }
  }
  return { size: parseContentRange(first)?.size ?? null, validator, read, close };
}

/** Reads ascending ranges out of one response's body. */
class ForwardReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #url: URL;
  readonly #signal: AbortSignal | undefined;
  #position: number;
  #pending: Uint8Array = new Uint8Array();

  constructor(response: Response, position: number, url: URL, signal: AbortSignal | undefined) {
    this.#chunks = chunksOf(response);
    this.#position = position;
    this.#url = url;
    this.#signal = signal;
  }

  async *read(start: number, end: number): AsyncGenerator<Uint8Array> {
    while (this.#position < end) {
      if (this.#pending.length === 0) this.#pending = await this.#next(end);
      const wanted = (this.#position < start ? start : end) - this.#position;
      const chunk = this.#pending.subarray(0, wanted);
      const skipped = this.#position < start;
      this.#pending = this.#pending.subarray(chunk.length);
      this.#position += chunk.length;
      if (!skipped) yield chunk;
    }
  }

  /** Lets go of the rest of the body; an error on the way out has nothing to tell. */
  async close(): Promise<void> {
    await this.#chunks.return?.().catch(() => undefined);
  }

  async #next(end: number): Promise<Uint8Array> {
    const result = await this.#chunks.next().catch((cause: unknown) => {
      throw transferError(this.#url, cause, this.#signal);
    });
    if (result.done !== true) return result.value;
    throw new TransferInterrupted(
      `${this.#url.host} ended its answer at byte ${this.#position} where ${end} were expected`,
    );
  }
}

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body !== null) yield* response.body;
}

async function request(url: URL, start: number, end: number, signal: AbortSignal | undefined): Promise<Response> {
  const headers = { range: `bytes=${start}-${end - 1}` };
  const response = await fetch(url, { headers, signal: signal ?? null }).catch((cause: unknown) => {
    throw transferError(url, cause, signal);
  });
  const fault = responseFault(response, start, url);
  if (fault === null) return response;
  await response.body?.cancel();
  throw fault;
}

function responseFault(response: Response, start: number, url: URL): Error | null {
  const { status, headers } = response;
  if (isTemporary(status)) return new TransferInterrupted(`${url.host} answered ${status}`);
  if (status === 404 || status === 410) {
    return new Error(`There is no file at ${url} (${status}): check the address, or name another with --url`);
  }
  if (status === 401 || status === 403) {
    return new Error(`${url.host} does not give out ${url} (${status}): name another address with --url`);
  }
  if (status !== 200 && status !== 206)
    return new Error(`Expected a file at ${url} but ${url.host} answered ${status}`);
  if (headers.get('content-type')?.startsWith('text/html')) {
    return new Error(
      `Expected a safetensors file at ${url} but received a web page: give the file's own address with --url`,
    );
  }
  if (status === 206 && parseContentRange(response)?.start !== start) {
    const range = headers.get('content-range');
    return new Error(`Expected the bytes of ${url} from ${start} on but ${url.host} answered with the range ${range}`);
  }
  return null;
}

function transferError(url: URL, cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return cause;
  const code = systemErrorCode(cause);
  if (code !== undefined && unreachableCodes.has(code)) {
    return new Error(
      `No network: could not reach ${url.host} (${code}): name a mirror with --url, or bring the weights over as a file ` +
        'and use "impasto weights import --from PATH"',
      { cause },
    );
  }
  if (code !== undefined && interruptionCodes.has(code)) {
    return new TransferInterrupted(`the connection to ${url.host} broke (${code})`, { cause });
  }
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
  return new Error(`Could not download from ${url}: ${reason}`, { cause });
}

function validatorOf({ headers }: Response): string | null {
  return headers.get('etag') ?? headers.get('last-modified');
}

/** The size of a body that is sent as it is; a compressed one says nothing of the file's. */
function contentLength({ headers }: Response): number | null {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? null : Number(length);
}

/** The position of a partial answer and, unless it is given as unknown, the size of the whole file. */
function parseContentRange({ headers }: Response): { readonly start: number; readonly size: number | null } | null {
  const [, start, size] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  return start === undefined ? null : { start: Number(start), size: size === '*' ? null : Number(size) };
}
