import { shortName } from './files.ts';
import type { PainterClient } from './painter-client.ts';
import type { Style } from './state.ts';

/**
 * A style of a model file of the user's, once it has proved to be one.
 * @throws one sentence if it is no style network
 */
export async function openOwnStyle(file: File, client: PainterClient, signal: AbortSignal): Promise<Style> {
  const style: Style = {
    id: `own-${crypto.randomUUID()}`,
    name: shortName(file.name.replace(/\.onnx$/i, '')) || 'Your own',
    credit: 'from your device',
    thumbnail: null,
    model: file,
  };
  await client.call('prepare', { style }, { signal });
  return style;
}
