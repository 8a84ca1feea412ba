import type { SavedFormat } from '../../../src/image/encode.browser.ts';
import type { Controls } from '../../../src/infer/controls.ts';
import type { PictureLimits, TileProgress } from '../worker/protocol.ts';
import { nameOf, savedName } from './files.ts';
import type { OwnStyles } from './own-styles.ts';
import { type PainterClient, WorkerReplaced } from './painter-client.ts';
import type { Store, Style } from './state.ts';
import { type Strokes, strokeSize } from './strokes.ts';

/** The photograph and its painting: what can be done with them. Everything that happens is told to the store. */
export interface Painter {
  /** Opens a picture file and paints it in the chosen style. */
  open(file: File): Promise<void>;
  /** Chooses a style, and paints the photograph in it if there is one. */
  choose(style: Style): Promise<void>;
  /** Chooses the size of the strokes, and paints the photograph with them if there is one. */
  setStrokes(strokes: Strokes): Promise<void>;
  /** Strength and colours: seen at once. */
  setControls(controls: Controls): Promise<void>;
  /** Stops what the page is busy with; what was painted before stays. */
  cancel(): void;
  /** The painting as a file, with its name; undefined if there is none. */
  save(format: SavedFormat): Promise<{ readonly file: Blob; readonly name: string } | undefined>;
  /** Adds a style of the user's, and chooses it. */
  addStyle(model: File): Promise<void>;
  /** Takes note that the worker holds nothing any more: the photograph is opened again when it is next painted. */
  forget(): void;
}

/** What a painter works with. */
export interface PainterParts {
  readonly store: Store;
  readonly client: PainterClient;
  readonly ownStyles: OwnStyles;
  readonly limits: PictureLimits;
  readonly onTile: (progress: TileProgress) => void;
}

export function createPainter({ store, client, ownStyles, limits, onTile }: PainterParts): Painter {
  let current = new AbortController();
  let source: File | undefined;
  let isOpened = false;

  /** Does one thing in place of what was under way, and says so while it lasts. */
  const busy = async (label: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    current.abort();
    const controller = new AbortController();
    current = controller;
    store.update({ work: { label, share: undefined }, message: undefined });
    try {
      await onceMoreIfReplaced(() => work(controller.signal));
    } catch (error) {
      if (controller.signal.aborted) return;
      store.update({ message: { kind: 'error', text: error instanceof Error ? error.message : String(error) } });
    } finally {
      if (current === controller) store.update({ work: undefined });
    }
  };

  /** The worker's photograph and paintings are gone, or are not those that are shown. */
  const forget = (): void => {
    isOpened = false;
    store.update({ painting: undefined });
  };

  const openFile = async (file: File, signal: AbortSignal): Promise<void> => {
    const { bitmap, size, reducedFrom } = await client.call('open', { file, limits }, { signal }).catch((error) => {
      // The worker may have opened it all the same.
      if (signal.aborted) forget();
      throw error;
    });
    const text =
      reducedFrom &&
      `The photograph was reduced from ${reducedFrom.width} × ${reducedFrom.height} to ${size.width} × ${size.height} pixels, ` +
        'as many as this device’s memory allows.';
    source = file;
    isOpened = true;
    store.update({
      photograph: { ...size, bitmap, name: nameOf(file) },
      painting: undefined,
      ...(text && { message: { kind: 'note', text } }),
    });
  };

  const paint = async (style: Style, signal: AbortSignal): Promise<void> => {
    const label = `Painting in ${style.name}`;
    store.update({ work: { label, share: undefined } });
    const showTile = (progress: TileProgress) => {
      if (signal.aborted) return;
      store.update({ work: { label, share: progress.done / progress.total } });
      onTile(progress);
    };
    try {
      if (!isOpened && source) await openFile(source, signal);
      const { photograph, strokes } = store.state;
      if (!photograph) return;
      const key = { styleId: style.id, strokeSize: strokeSize(photograph, strokes) };
      const request = { style, strokeSize: key.strokeSize };
      const bitmap = await client.call('paint', request, { signal, onTile: showTile });
      store.update({ painting: { style, strokes, key, bitmap, inColors: undefined } });
    } catch (error) {
      // What was painted before is there still, and is shown again.
      const { painting } = store.state;
      if (painting && current.signal === signal) {
        store.update({ chosen: painting.style, strokes: painting.strokes, painting: { ...painting } });
      }
      throw error;
    }
    await showColors();
  };

  const showColors = async (): Promise<void> => {
    const { painting, controls } = store.state;
    if (!painting || painting.inColors || !controls.keepColors) return;
    const inColors = await client.call('keepColors', { key: painting.key });
    if (store.state.painting === painting) store.update({ painting: { ...painting, inColors } });
  };

  /** Whether there is a photograph, and no camera before it. */
  const isWaiting = () => store.state.photograph !== undefined && store.state.camera.kind === 'off';

  const repaint = async (): Promise<void> => {
    const { chosen } = store.state;
    if (chosen && isWaiting()) await busy(`Painting in ${chosen.name}`, (signal) => paint(chosen, signal));
  };

  return {
    open: (file) =>
      busy('Opening the photograph', async (signal) => {
        await openFile(file, signal);
        const { chosen } = store.state;
        if (chosen) await paint(chosen, signal);
      }),
    choose: async (style) => {
      store.update({ chosen: style });
      await repaint();
    },
    setStrokes: async (strokes) => {
      store.update({ strokes });
      await repaint();
    },
    setControls: async (controls) => {
      store.update({ controls });
      // Only a worker that is replaced fails here: then the painting is gone as well, and that is seen.
      await showColors().catch(() => {});
    },
    cancel: () => {
      current.abort(new DOMException('Stopped', 'AbortError'));
      store.update({ work: undefined });
    },
    save: async (format) => {
      const { painting, photograph, controls } = store.state;
      if (!painting || !photograph) return undefined;
      let file: Blob | undefined;
      await busy('Saving', async (signal) => {
        file = await client.call('save', { key: painting.key, format, controls }, { signal });
      });
      return file && { file, name: savedName(photograph.name, painting.style.name, format) };
    },
    addStyle: (model) =>
      busy('Opening the style', async (signal) => {
        const style = await ownStyles.open(model, signal);
        store.update({ chosen: style });
        if (isWaiting()) await paint(style, signal);
      }),
    forget,
  };
}

/** Does some work; again if the page has replaced the worker meanwhile, as it does when another work did not stop. */
async function onceMoreIfReplaced(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof WorkerReplaced && error.isOurs)) throw error;
    await work();
  }
}
