import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { decodePicture } from '../../src/image/decode.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import type { Picture } from '../../src/image/picture.ts';
import { runCommandLine } from './command-line.ts';
import { smoothPicture, vividPicture } from './pictures.ts';
import { negative, negativeGraph, writeModel } from './style-models.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const first = vividPicture(20, 15);
export const second = smoothPicture(9, 30);

/** A folder with model.onnx (the negative) and photos/: first.png, album/second.png; and the command that paints with it. */
export async function stylizeWorkplace() {
  const root = await temporaryFolder();
  const at = (...parts: readonly string[]) => join(root, ...parts);
  await mkdir(at('photos', 'album'), { recursive: true });
  await encodePicture(first, at('photos', 'first.png'));
  await encodePicture(second, at('photos', 'album', 'second.png'));
  const model = await writeModel(root, negativeGraph());
  const stylize = (...argv: readonly string[]) =>
    runCommandLine('stylize', ...argv, '--model', model, '--device', 'cpu', '--threads', '1');
  return { root, at, model, stylize };
}

/** All files of a folder and the folders in it, in order; none if there is no such folder. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  return paths.map((path) => path.slice(folder.length + 1)).sort();
}

/** Expects the file to hold the negative of a picture. */
export async function expectNegative(path: string, picture: Picture): Promise<void> {
  const { data, ...size } = await decodePicture(path);
  const { data: expected, ...expectedSize } = negative(picture);
  expect(size).toEqual(expectedSize);
  // toEqual takes half a second for a picture.
  expect(Buffer.from(data).equals(expected), `the pixels of ${path}`).toBe(true);
}
