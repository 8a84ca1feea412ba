import { type LoadedStylizer, openStylizer, readModel } from '../infer/index.node.ts';
import type { SessionOptions } from '../infer/session.node.ts';
import { resolveModel } from '../infer/shipped-styles.node.ts';
import { tilingForms } from './tiling-forms.ts';

/**
 * A stylizer of a style that comes with impasto, by its name, or of an .onnx file, by its path; pictures of any size.
 * @throws one sentence: there is no such style or file, it is not a style network, or the device is not to be had
 */
export async function loadStyle(nameOrPath: string, options: SessionOptions): Promise<LoadedStylizer> {
  const path = await resolveModel(nameOrPath);
  const model = await readModel(path);
  return openStylizer(model, path, options, tilingForms(model));
}
