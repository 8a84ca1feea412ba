import { basename, dirname, extname, join } from 'node:path';
import { isFolder } from '../../files/make-folder.node.ts';
import { isWritableFormat } from '../../image/encode.node.ts';
import { isPattern } from '../../image/find.node.ts';
import { containerOf, isVideoPath } from '../../video/containers.ts';
import { UsageError } from '../shared/exit.ts';

/** What the name of an output comes from. */
export interface OutputFlags {
  readonly input: readonly string[];
  readonly output: string | undefined;
  readonly model: string | undefined;
  readonly style: string | undefined;
}

/**
 * Where to write: as --output says, or for one picture or video beside it, PHOTO-STYLE.jpg.
 * @throws UsageError if there are several inputs, or one that is a folder or a pattern, and no --output
 */
export async function outputOf({ input, output, model, style }: OutputFlags): Promise<string> {
  if (output !== undefined) return output;
  const [only] = input;
  if (only === undefined || input.length > 1 || isPattern(only) || (await isFolder(only))) {
    throw new UsageError('Say where to write with --output FOLDER: there are several pictures');
  }
  const stem = basename(only, extname(only));
  const styleName = model ?? style ?? 'stylized';
  return join(dirname(only), `${stem}-${basename(styleName, extname(styleName))}${writtenExtension(only)}`);
}

function writtenExtension(input: string): string {
  if (isVideoPath(input)) return containerOf(input) ? extname(input) : '.mp4';
  return isWritableFormat(input) ? extname(input) : '.png';
}
