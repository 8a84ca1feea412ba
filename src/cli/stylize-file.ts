import { dirname } from 'node:path';
import { decodePicture } from '../image/decode.node.ts';
import { encodePicture } from '../image/encode.node.ts';
import { makeFolder } from '../image/make-folder.node.ts';
import type { Stylizer } from '../infer/stylizer.ts';
import type { StylizeJob } from './stylize-plan.ts';

/** How one picture is read and written. */
export interface StylizeFileOptions {
  readonly quality: number | undefined;
  /** How many pixels it may have. */
  readonly pixelLimit: number;
  /** What the file that is written names as its origin. */
  readonly origin: string;
}

/**
 * Paints one file into another, which appears whole or not at all.
 * @throws one sentence if the picture cannot be read or painted, or the result not be written
 */
export async function stylizeFile(
  { input, output }: StylizeJob,
  stylizer: Stylizer,
  { quality, pixelLimit, origin }: StylizeFileOptions,
): Promise<void> {
  const stylized = await stylizer.stylize(await decodePicture(input, pixelLimit));
  await makeFolder(dirname(output));
  await encodePicture(stylized, output, { quality, origin });
}
