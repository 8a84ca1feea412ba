import { dirname } from 'node:path';
import { decodePicture } from '../image/decode.node.ts';
import { encodePicture } from '../image/encode.node.ts';
import { makeFolder } from '../image/make-folder.node.ts';
import type { Stylizer } from '../infer/stylizer.ts';
import { namedReason } from './pictures-progress.ts';
import type { StylizeJob } from './stylize-plan.ts';

/** A picture that could not be stylized, and why. */
export interface Failure {
  readonly input: string;
  readonly reason: string;
}

/** Whatever is wrong with one picture must not stop the others. */
export async function stylizeFile(
  { input, output }: StylizeJob,
  stylizer: Stylizer,
  quality: number | undefined,
): Promise<Failure | undefined> {
  try {
    const stylized = await stylizer.stylize(await decodePicture(input));
    await makeFolder(dirname(output));
    await encodePicture(stylized, output, quality === undefined ? {} : { quality });
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { input, reason: namedReason(input, reason) };
  }
}
