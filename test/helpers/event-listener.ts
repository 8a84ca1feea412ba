import { onTestFinished } from 'vitest';

/** One server-sent event, its data read as JSON. */
export interface ServerEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** Listens to server-sent events for the current test. */
export class EventListener {
  #text = '';

  private constructor(private readonly reader: ReadableStreamDefaultReader<string>) {}

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventListener> {
    const controller = new AbortController();
    onTestFinished(() => controller.abort());
    const { body } = await fetch(url, { headers, signal: controller.signal });
    if (!body) throw new Error(`Expected events at ${url} but received no body`);
    return new EventListener(body.pipeThrough(new TextDecoderStream()).getReader());
  }

  /** The next event of a kind; events of other kinds before it are passed over. */
  async next(kind: string): Promise<ServerEvent> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end < 0) {
        await this.#read(kind);
        continue;
      }
      const event = parse(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 2);
      if (event.event === kind) return event;
    }
  }

  async #read(awaited: string): Promise<void> {
    const { done, value } = await this.reader.read();
    if (done) throw new Error(`Expected an event ${awaited} but the connection ended`);
    this.#text += value;
  }
}

function parse(block: string): ServerEvent {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  return { event: fields.get('event') ?? '', id: fields.get('id'), data: JSON.parse(fields.get('data') ?? 'null') };
}
