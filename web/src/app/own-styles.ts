import { shortName } from './files.ts';
import type { PainterClient } from './painter-client.ts';
import type { Store, Style } from './state.ts';

/**
 * Makes a style of a model file of the user's, once it has proved to be one, and adds it to the others.
 * @throws one sentence if it is no style network
 */
export async function addOwnStyle(file: File, store: Store, client: PainterClient): Promise<Style> {
  const style: Style = {
    id: `own-${crypto.randomUUID()}`,
    name: shortName(file.name.replace(/\.onnx$/i, '')) || 'Your own',
    credit: 'from your device',
    thumbnail: null,
    model: file,
  };
  await client.call('prepare', { style });
  store.update({ styles: [...store.state.styles, style] });
  return style;
}
