import { access, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { openOnnx } from './onnx-source.node.ts';
import { openSafetensors } from './safetensors-source.node.ts';
import { openTfjsModel } from './tfjs-source.node.ts';
import type { WeightSource } from './weight-source.ts';

const openers: Readonly<Record<string, (path: string) => Promise<WeightSource>>> = {
  '.safetensors': openSafetensors,
  '.onnx': openOnnx,
  '.json': openTfjsModel,
};

/**
 * Opens a file of weights by its kind: a .safetensors file, an .onnx file, a TensorFlow.js model.json or its folder.
 * @throws if there is no such file, it is of another kind, or its contents are damaged
 */
export async function openWeights(path: string): Promise<WeightSource> {
  const status = await stat(path).catch(() => null);
  if (status?.isDirectory()) return openTfjsModel(await modelFileIn(path));
  const opener = openers[extname(path).toLowerCase()];
  if (opener !== undefined) return opener(path);
  const expected = 'a .safetensors file, an .onnx file, or a TensorFlow.js model.json or its folder';
  throw new Error(
    status === null
      ? `There is no file ${path}: expected ${expected}`
      : `Expected weights as ${expected} but received ${path}`,
  );
}

async function modelFileIn(folder: string): Promise<string> {
  const modelFile = join(folder, 'model.json');
  await access(modelFile).catch((cause: unknown) => {
    throw new Error(`Expected a TensorFlow.js model.json in the folder ${folder} but there is none`, { cause });
  });
  return modelFile;
}
