import { type LoadedStylizer, openStylizer } from '../infer/index.node.ts';
import type { SessionOptions } from '../infer/session.node.ts';
import { tilingForms } from './tiling-forms.ts';

/**
 * A stylizer of the bytes of an .onnx file, for pictures of any size.
 * @param name what to call the model in errors, such as its path
 * @throws one sentence: it is not a style network, or the device is not to be had
 */
export async function openStyle(model: Uint8Array, name: string, options: SessionOptions): Promise<LoadedStylizer> {
  return openStylizer(model, name, options, tilingForms(model));
}
