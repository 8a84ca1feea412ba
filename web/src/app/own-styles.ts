import { displayName } from './display-name.ts';
import { shortName } from './files.ts';
import type { PainterClient } from './painter-client.ts';
import type { Style } from './state.ts';

/**
 * A style of a model file of the user's, once it has proved to be one. It has the name and the thumbnail that the file
 * carries, if impasto wrote it; otherwise the file's name.
 * @throws one sentence if it is no style network
 */
export async function openOwnStyle(file: File, client: PainterClient, signal: AbortSignal): Promise<Style> {
  const source = { id: `own-${crypto.randomUUID()}`, name: shortName(file.name), model: file };
  const { name = '', thumbnail = null } = (await client.call('prepare', { style: source }, { signal })) ?? {};
  const ownName = displayName(name) || file.name.replace(/\.onnx$/i, '');
  return { ...source, name: shortName(ownName) || 'Your own', credit: 'from your device', thumbnail };
}
