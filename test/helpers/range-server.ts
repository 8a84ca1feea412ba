import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** One request as the server saw it. */
export interface ServedRequest {
  readonly start: number;
  /** Up to, not including. */
  readonly end: number;
  /** Bytes of the file sent in answer. */
  sent: number;
}

/** A web server with one file on the loopback address, whose ways a test may change between requests. */
export interface RangeServer {
  readonly url: string;
  readonly requests: ServedRequest[];
  bytes: Uint8Array;
  etag: string | null;
  knowsRanges: boolean;
  contentType: string;
  /** Answers with this status instead of the file. */
  status: number | null;
  /** The connection breaks after so many more bytes of the file, and then works again. */
  breakAfter: number | null;
}

/** Starts a server for the current test; it is closed when the test has finished. */
export async function startRangeServer(bytes: Uint8Array): Promise<RangeServer> {
  const http = createServer((request, response) => void serve(server, request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const { port } = http.address() as AddressInfo;
  const server: RangeServer = {
    url: `http://127.0.0.1:${port}/model.safetensors`,
    requests: [],
    bytes,
    etag: '"first"',
    knowsRanges: true,
    contentType: 'application/octet-stream',
    status: null,
    breakAfter: null,
  };
  return server;
}

async function serve(server: RangeServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const partial = server.knowsRanges && range !== null;
  const start = partial ? Number(range[1]) : 0;
  const end = partial ? Math.min(Number(range[2]) + 1, server.bytes.length) : server.bytes.length;
  const served: ServedRequest = { start, end, sent: 0 };
  server.requests.push(served);
  if (server.status !== null) {
    response.writeHead(server.status).end('no');
    return;
  }
  response.writeHead(partial ? 206 : 200, {
    'content-type': server.contentType,
    'content-length': end - start,
    ...(server.etag === null ? {} : { etag: server.etag }),
    ...(partial ? { 'content-range': `bytes ${start}-${end - 1}/${server.bytes.length}` } : {}),
  });
  await sendBody(server, served, response);
}

async function sendBody(server: RangeServer, served: ServedRequest, response: ServerResponse): Promise<void> {
  const piece = 16_384;
  for (let position = served.start; position < served.end && !response.destroyed; position += piece) {
    const length = Math.min(piece, served.end - position, server.breakAfter ?? piece);
    await write(response, server.bytes.subarray(position, position + length));
    served.sent += length;
    if (server.breakAfter === null) continue;
    server.breakAfter -= length;
    if (server.breakAfter > 0) continue;
    server.breakAfter = null;
    // What the client has not read when a connection breaks is lost; let it read.
    await setTimeout(100);
    response.destroy();
    return;
  }
  response.end();
}

/** Resolves once the bytes are on their way, or the connection is gone. */
function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    response.write(bytes, () => resolve());
  });
}

/** An address on this machine where no server listens. */
export async function deadAddress(): Promise<string> {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  await new Promise((resolve) => http.close(resolve));
  return `127.0.0.1:${port}`;
}
