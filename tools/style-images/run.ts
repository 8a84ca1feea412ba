import { report } from '../../src/cli/shared/options.ts';
import { styleImageNames, writeStyleImage } from './index.node.ts';

/** Draws the style images into a folder and says which they are. */
export async function runStyleImages(out: string, json: boolean): Promise<void> {
  const files: string[] = [];
  for (const name of styleImageNames) files.push(await writeStyleImage(name, out));
  report({ files }, `Drew ${files.join(', ')}`, json);
}
