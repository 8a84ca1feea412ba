import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { CurvePoint } from './curves.ts';
import { EventStreams, sendEvent } from './event-streams.node.ts';
import { formatCount } from './format.ts';
import { pageAssets } from './page-assets.node.ts';
import { contentSecurityPolicy } from './render/document.ts';
import { progressTexts } from './render/state.ts';
import { type ReportKnowledge, ReportMaker } from './report-maker.node.ts';
import type { RunProgress, RunStatus } from './run-record.ts';

/** The only address that is listened on: no other machine reaches it. */
const loopback = '127.0.0.1';
const pollMilliseconds = 500;
/** A run that has done its last step still writes its checkpoint and previews: it is done when it is quiet so long. */
const quietPolls = 20;
/** How long a page may take to receive the last state. */
const farewellMilliseconds = 2000;

/** What to watch and where. */
export interface WatchOptions {
  readonly folder: string;
  /** The port, or 0 for a free one. */
  readonly port: number;
  /** What the process that trains knows, where that is this one. */
  readonly knowledge?: () => ReportKnowledge;
  /** Called when the run has done its last step and written all that follows it. */
  readonly onFinished?: () => void;
}

/** Serves the report of one run folder on the loopback address, and tells the open pages what happens in the folder. */
export class WatchServer {
  readonly #maker: ReportMaker;
  readonly #streams = new EventStreams();
  readonly #http: Server;
  #page = { revision: 0, document: '' };
  #quiet = 0;
  #polling: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  private constructor(private readonly options: WatchOptions) {
    this.#maker = new ReportMaker(options.folder);
    this.#http = createServer((request, response) => void this.#answer(request, response));
  }

  /**
   * Starts serving. The folder may still be empty or missing.
   * @throws one sentence if the port is taken, or the folder is that of something else
   */
  static async open(options: WatchOptions): Promise<WatchServer> {
    const server = new WatchServer(options);
    await server.#refresh();
    await listen(server.#http, options.port);
    server.#schedule();
    return server;
  }

  /** Where the page is. */
  get url(): string {
    return `http://${loopback}:${this.#port}/`;
  }

  /**
   * Shows the run's last state on all open pages, tells them that no more will come, and stops serving.
   * @param status what became of the run, where that is known
   */
  async close(status?: RunStatus): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#polling;
    const knowledge = { ...this.#knowledge(), ...(status === undefined ? {} : { status }) };
    await this.#maker.reader.refresh();
    await this.#publish(knowledge);
    this.#streams.broadcast('end', ending(this.#maker.reader.hasRun ? this.#maker.progress(knowledge) : null));
    this.#streams.end();
    const impatience = setTimeout(() => this.#http.closeAllConnections(), farewellMilliseconds);
    await new Promise((resolve) => {
      this.#http.close(resolve);
      this.#http.closeIdleConnections();
    });
    clearTimeout(impatience);
  }

  get #port(): number {
    const address = this.#http.address();
    return address !== null && typeof address === 'object' ? address.port : this.options.port;
  }

  #knowledge(): ReportKnowledge {
    return this.options.knowledge?.() ?? {};
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      // A folder that cannot be read just now is read at the next turn; the run itself is not disturbed.
      this.#polling = this.#refresh().catch(() => {});
      void this.#polling.then(() => this.#isClosed || this.#schedule());
    }, pollMilliseconds);
  }

  async #refresh(): Promise<void> {
    const { points, other } = await this.#maker.reader.refresh();
    if (other || this.#page.document === '') await this.#publish(this.#knowledge());
    else if (points.length > 0) this.#streams.broadcast('steps', this.#stepsMessage(points), points.at(-1)?.step);
    this.#quiet = other || points.length > 0 ? 0 : this.#quiet + 1;
    if (this.#quiet === quietPolls && this.#isFinished()) this.options.onFinished?.();
  }

  async #publish(knowledge: ReportKnowledge): Promise<void> {
    const revision = this.#page.revision + 1;
    this.#page = { revision, document: await this.#maker.liveDocument(knowledge, revision) };
    this.#streams.broadcast('report', this.#page.document);
  }

  #stepsMessage(points: readonly CurvePoint[]): object {
    return { points, texts: progressTexts(this.#maker.progress(this.#knowledge())) };
  }

  #isFinished(): boolean {
    return this.#maker.reader.hasRun && this.#maker.progress({}).status === 'finished';
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.#refusal(request);
    const [path, query] = (request.url ?? '').split('?', 2);
    if (refusal !== null) refuse(response, ...refusal);
    else if (path === '/') await this.#sendPage(response);
    else if (path === '/events') this.#sendEvents(request, response, new URLSearchParams(query));
    else refuse(response, 404, 'Nothing is here but the report at /');
  }

  #refusal({ method, headers }: IncomingMessage): readonly [status: number, reason: string] | null {
    // A page of another site whose name was made to point to this machine sends that name: it gets nothing.
    const names = [`${loopback}:${this.#port}`, `localhost:${this.#port}`];
    if (!names.includes(headers.host ?? '')) return [403, `Expected the address ${this.url}`];
    return method === 'GET' ? null : [405, 'Expected GET'];
  }

  async #sendPage(response: ServerResponse): Promise<void> {
    response.writeHead(200, {
      ...commonHeaders,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `${contentSecurityPolicy(await pageAssets(), true)}; frame-ancestors 'none'`,
    });
    response.end(this.#page.document);
  }

  #sendEvents(request: IncomingMessage, response: ServerResponse, asked: URLSearchParams): void {
    response.writeHead(200, { ...commonHeaders, 'content-type': 'text/event-stream' });
    response.flushHeaders();
    this.#streams.add(response);
    if (asked.get('revision') !== String(this.#page.revision)) sendEvent(response, 'report', this.#page.document);
    const after = Number(request.headers['last-event-id'] ?? asked.get('step'));
    const { reader } = this.#maker;
    const missed = reader.hasRun ? reader.record().points.filter(({ step }) => step > after) : [];
    if (missed.length > 0) sendEvent(response, 'steps', this.#stepsMessage(missed), missed.at(-1)?.step);
  }
}

const commonHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

function refuse(response: ServerResponse, status: number, reason: string): void {
  const allow = status === 405 ? { allow: 'GET' } : {};
  response.writeHead(status, { ...commonHeaders, ...allow, 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${reason}\n`);
}

function ending(progress: RunProgress | null): string {
  if (progress?.status === 'finished') return 'Training has finished; this page no longer changes.';
  if (progress?.status === 'stopped') {
    return `Training stopped after step ${formatCount(progress.step)}; this page no longer changes.`;
  }
  return 'Watching has ended; this page no longer changes.';
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // For good: an error of the server that nobody listens to would end the process, and the training with it.
    server.on('error', reject);
    server.listen(port, loopback, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    const reason = error.code === 'EADDRINUSE' ? 'is in use' : 'needs rights that this process does not have';
    throw new Error(`Expected a free port for --watch-port but ${port} ${reason}; leave it out to get a free one`, {
      cause: error,
    });
  });
}
