import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../files/suggestion.ts';

/** The folder of the styles that come with impasto. */
export const shippedStylesFolder = fileURLToPath(new URL('../../artifacts/styles', import.meta.url));

/** A style that lies in a folder under its name: NAME.onnx. */
export interface StyleFile {
  /** What createStylizer takes it by. */
  readonly name: string;
  /** Its .onnx file. */
  readonly path: string;
}

/** The styles in a folder, in the order of their names; none if there is no such folder. */
export async function findStyles(folder = shippedStylesFolder): Promise<readonly StyleFile[]> {
  const files = await readdir(folder).catch((): string[] => []);
  return files
    .filter((file) => file.endsWith('.onnx'))
    .sort()
    .map((file) => ({ name: file.slice(0, -'.onnx'.length), path: join(folder, file) }));
}

/** The file of a style's painting, NAME.jpg beside NAME.onnx; undefined if there is none. */
export async function findPainting({ path }: StyleFile): Promise<string | undefined> {
  const painting = path.replace(/\.onnx$/, '.jpg');
  return access(painting).then(
    () => painting,
    () => undefined,
  );
}

/**
 * The file that a model is given by: a path as it is, or the name of a style that comes with impasto. What has neither a dot
 * nor a slash is a name; for a file called so write `./NAME`.
 * @throws if there is no style of that name; the message suggests one, and lists those that there are
 */
export async function resolveModel(nameOrPath: string, folder = shippedStylesFolder): Promise<string> {
  if (/[./\\]/.test(nameOrPath)) return nameOrPath;
  const styles = await findStyles(folder);
  const style = styles.find(({ name }) => name === nameOrPath);
  if (style) return style.path;
  const names = styles.map(({ name }) => name);
  const hint = nameOrPath.includes(',') ? ' Give one style.' : didYouMean(nameOrPath, names);
  throw new Error(
    `There is no style ${nameOrPath}.${hint} The styles that come with impasto: ${names.join(', ') || 'none'}. ` +
      `For a file of that name write ./${nameOrPath}`,
  );
}
