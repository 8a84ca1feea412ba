import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { readPictureFile } from '../../image/decode.node.ts';
import { readOrigin } from '../../image/origin.node.ts';
import type { PictureOptions } from './picture.ts';
import type { StylizeJob } from './plan.ts';

/**
 * Tells results that need not be painted again. Each result names its origin, a hash of model, settings and the
 * photograph's length: so a run goes on where an earlier one was stopped, on whichever machine that was, and another
 * model or a photograph that was exchanged is noticed, without reading any photograph.
 */
export class Origins {
  readonly #settings: string;

  private constructor(settings: string) {
    this.#settings = settings;
  }

  /**
   * Of pictures that a model paints with these options.
   * @throws one sentence if there is a mask and it cannot be read
   */
  static async of(model: Uint8Array, options: PictureOptions): Promise<Origins> {
    const mask = options.mask === undefined ? null : sha256((await readPictureFile(options.mask)).bytes);
    return new Origins(sha256(JSON.stringify({ model: sha256(model), ...options, mask })));
  }

  /**
   * The origin that the result of a photograph names.
   * @throws the system's error if there is no such file
   */
  async of(input: string): Promise<string> {
    const { size } = await stat(input);
    return sha256(`${this.#settings} ${size}`);
  }

  /** Whether a job's result is there: of this origin, and written after the photograph's last change. */
  async isPainted({ input, output }: StylizeJob): Promise<boolean> {
    const [photograph, result] = await Promise.all([input, output].map((path) => stat(path).catch(() => undefined)));
    if (!photograph || !result || result.mtimeMs < photograph.mtimeMs) return false;
    return (await readOrigin(output)) === (await this.of(input));
  }
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
