import { type KeptStyle, keepStyle, readStyles, removeStyle, styleIdOf } from '../storage/styles.ts';
import { displayName, distinctName } from './display-name.ts';
import { shortName } from './files.ts';
import type { PainterClient } from './painter-client.ts';
import type { OwnStyle, Store, Style } from './state.ts';

/** The styles of the user's own, which are there again at the next visit. */
export interface OwnStyles {
  /** Adds those of earlier visits to the page's styles. */
  restore(): Promise<void>;
  /** Adds one that is kept already; gives it as it is called among the others. */
  add(kept: KeptStyle): Style;
  /**
   * Adds the style of a model file and keeps it, once it has proved to be one; if it is there already, it is that one. What
   * the browser does not store can be used all the same, and the page says so.
   * @throws one sentence if it is no style network
   */
  open(file: File, signal: AbortSignal): Promise<Style>;
  /** @throws StorageError, one sentence, if it stays */
  remove(style: OwnStyle): Promise<void>;
}

export function createOwnStyles(store: Store, client: PainterClient): OwnStyles {
  /** Those that the browser did not store. */
  const passing = new Set<string>();
  const find = (id: string) => store.state.styles.find((style) => style.id === id);

  const add = ({ id, name, thumbnail, model, step }: KeptStyle): Style => {
    const present = find(id);
    if (present) return present;
    const { styles } = store.state;
    const distinct = distinctName(
      name,
      styles.map((style) => style.name),
    );
    const credit = step === undefined ? 'from your device' : `made on this device, ${step} steps`;
    const style: OwnStyle = { id, name: distinct, credit, thumbnail, model };
    store.update({ styles: [...styles, style] });
    return style;
  };

  const keep = async (kept: KeptStyle, name: string): Promise<void> => {
    try {
      await keepStyle(kept);
      passing.delete(kept.id);
    } catch (error) {
      passing.add(kept.id);
      const reason = error instanceof Error ? error.message : String(error);
      const text = `${name} can be used now but will not be there at the next visit. ${reason}`;
      store.update({ message: { kind: 'note', text } });
    }
  };

  return {
    restore: async () => {
      // Where nothing can be read, as in some private windows, nothing was kept.
      for (const kept of await readStyles().catch(() => [])) add(kept);
    },
    add,
    open: async (file, signal) => {
      // The file's bytes as they are now: it may be gone from the disk before the style is used.
      const model = new Blob([await file.arrayBuffer()]);
      const id = await styleIdOf(model);
      const present = find(id);
      if (present && !passing.has(id)) return present;
      const kept = await examine({ id, name: shortName(file.name), model }, client, signal);
      const style = add(kept);
      await keep(kept, style.name);
      return style;
    },
    remove: async ({ id }) => {
      if (!passing.delete(id)) await removeStyle(id);
      store.update({ styles: store.state.styles.filter((style) => style.id !== id) });
    },
  };
}

/** What a model file says of itself, if impasto wrote it; otherwise it is called as the file is. */
async function examine(
  source: Pick<KeptStyle, 'id' | 'name' | 'model'>,
  client: PainterClient,
  signal: AbortSignal,
): Promise<KeptStyle> {
  const described = await client.call('prepare', { style: source }, { signal });
  signal.throwIfAborted();
  const ownName = displayName(described?.name ?? '') || source.name.replace(/\.onnx$/i, '');
  return {
    ...source,
    name: shortName(ownName) || 'Your own',
    thumbnail: described?.thumbnail ?? null,
    step: undefined,
  };
}
