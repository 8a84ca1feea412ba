import type { InferenceSession } from 'onnxruntime-common';
import { openRuntime, type Runtime, type WantedDevice, wasmRuntime } from '../../../src/infer/open-stylizer.browser.ts';
import { type Stylizer, stylizerOf } from '../../../src/infer/stylizer.ts';
import type { RuntimeState, StyleSource } from './protocol.ts';
import { runtimeFiles } from './runtime-files.ts';

/** A style that is ready: its network in a session, which is created once. */
interface OpenedStyle {
  readonly model: Uint8Array;
  readonly session: InferenceSession;
  readonly stylizer: Stylizer;
  /** With what painting in tiles takes, from the first time that it is needed. */
  tiled?: Stylizer | undefined;
}

/** Whether pictures are to be painted in tiles. */
export interface StylizerNeeds {
  readonly tiles: boolean;
}

/** The styles that were used, each in a session that is kept, on the graphics card or the processor. */
export class Styles {
  #runtime: Promise<Runtime> | undefined;
  #opened = new Map<string, Promise<OpenedStyle>>();

  /** @param announce is told which runtime is used, at first and when it changes */
  constructor(
    readonly wanted: WantedDevice,
    readonly announce: (runtime: RuntimeState) => void,
  ) {}

  /**
   * Does some work with a style. If it fails on the graphics card it is done again on the processor, and if that works the
   * processor is used from then on.
   * @throws one sentence: the model cannot be fetched, is no style network, or cannot be run; and what the work throws
   */
  async use<T>(style: StyleSource, needs: StylizerNeeds, work: (stylizer: Stylizer) => Promise<T>): Promise<T> {
    this.#runtime ??= this.#openRuntime();
    const runtime = await this.#runtime;
    try {
      return await work(await this.#stylizer(runtime, this.#opened, style, needs));
    } catch (error) {
      if (runtime.device === 'wasm' || isAbort(error)) throw error;
      const note = 'The graphics card (WebGPU) failed, so the processor is used.';
      const processor = await wasmRuntime(runtimeFiles, undefined, note);
      const opened = new Map<string, Promise<OpenedStyle>>();
      const result = await work(await this.#stylizer(processor, opened, style, needs));
      this.#runtime = Promise.resolve(processor);
      this.#opened = opened;
      this.#tell(processor);
      return result;
    }
  }

  async #openRuntime(): Promise<Runtime> {
    const runtime = await openRuntime(this.wanted, runtimeFiles);
    this.#tell(runtime);
    return runtime;
  }

  #tell({ device, threads, note }: Runtime): void {
    this.announce({ device, threads, note });
  }

  async #stylizer(
    runtime: Runtime,
    opened: Map<string, Promise<OpenedStyle>>,
    source: StyleSource,
    { tiles }: StylizerNeeds,
  ): Promise<Stylizer> {
    const opening = opened.get(source.id) ?? openStyle(runtime, source);
    opened.set(source.id, opening);
    const style = await opening.catch((error) => {
      opened.delete(source.id);
      throw error;
    });
    if (!tiles || style.stylizer.fixedSize) return style.stylizer;
    style.tiled ??= await withTiles(runtime, style, source);
    return style.tiled;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

async function openStyle(runtime: Runtime, { model: source, name }: StyleSource): Promise<OpenedStyle> {
  const model = new Uint8Array(typeof source === 'string' ? await fetchModel(source) : await source.arrayBuffer());
  const session = await runtime.createSession(model);
  try {
    return { model, session, stylizer: stylizerOf(session, name) };
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function fetchModel(address: string): Promise<ArrayBuffer> {
  const response = await fetch(address).catch(() => undefined);
  if (response?.ok) return response.arrayBuffer();
  throw new Error('This style could not be fetched. Without a network only styles that were used before can be.');
}

async function withTiles(runtime: Runtime, { session, model }: OpenedStyle, { name }: StyleSource): Promise<Stylizer> {
  const { tilingForms } = await import('../../../src/infer/tiling-forms.ts');
  const forms = tilingForms(model);
  if (forms) return stylizerOf(session, name, () => ({ ...forms, openSession: (form) => runtime.createSession(form) }));
  throw new Error(
    'This style was not made by impasto and can only be painted in one piece, for which the photograph is too large. Choose broader strokes, or reduce it first.',
  );
}
