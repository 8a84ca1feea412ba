import type { ServerResponse } from 'node:http';

/** Bytes that may wait for a page that does not read; one that is further behind begins anew by itself. */
const waitingBytes = 32e6;

/** The open connections to which server-sent events go. */
export class EventStreams {
  readonly #streams = new Set<ServerResponse>();

  add(stream: ServerResponse): void {
    stream.on('close', () => this.#streams.delete(stream));
    this.#streams.add(stream);
  }

  /** Sends an event to all. */
  broadcast(event: string, data: unknown, id?: number): void {
    for (const stream of this.#streams) sendEvent(stream, event, data, id);
  }

  /** Ends all connections once what was sent is delivered. */
  end(): void {
    for (const stream of this.#streams) stream.end();
  }
}

/**
 * Sends a server-sent event whose data is JSON, which has no line breaks and so is one line.
 * @param id what a page that connects again says it had last
 */
export function sendEvent(stream: ServerResponse, event: string, data: unknown, id?: number): void {
  if (stream.writableLength > waitingBytes) {
    stream.destroy();
    return;
  }
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  stream.write(`event: ${event}\n${idLine}data: ${JSON.stringify(data)}\n\n`);
}
