import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { readOrigin } from '../image/origin.node.ts';
import type { StylizeJob } from './stylize-plan.ts';

/** All that the pixels of a painted picture depend on, but for the photograph. */
export interface PaintingSettings {
  /** Bytes of the model. */
  readonly model: Uint8Array;
  readonly quality: number | undefined;
}

/**
 * Tells results that need not be painted again. Each result names its origin, a hash of model, settings and the
 * photograph's length: so a run goes on where an earlier one was stopped, on whichever machine that was, and another
 * model or a photograph that was exchanged is noticed, without reading any photograph.
 */
export class Origins {
  readonly #settings: string;

  constructor({ model, quality }: PaintingSettings) {
    this.#settings = sha256(JSON.stringify({ model: sha256(model), quality: quality ?? null }));
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
