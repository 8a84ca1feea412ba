import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePreviewName } from '../../files/preview-files.node.ts';
import { pictureSize } from '../../image/decode.node.ts';
import { lossTerms } from '../curves.ts';
import { JsonLinesFile } from '../json-lines-file.node.ts';
import { type StepLine, type ValidationLine, validationLineSchema } from '../run-lines.ts';
import type { EventValue } from './event.ts';
import { EventFile } from './event-file.node.ts';

/** A step as the loop reports it. */
export type ReportedStep = Omit<StepLine, 'learningRate'> & { readonly learningRate?: number | null | undefined };

/**
 * Writes a run to DIR/tensorboard as it goes: the scalars TERM/training and TERM/validation, learning_rate and
 * images_per_second, and the images previews/NAME.
 */
export class TensorBoardWriter {
  readonly #validation: JsonLinesFile<ValidationLine>;
  #file: EventFile | null = null;

  constructor(private readonly folder: string) {
    this.#validation = new JsonLinesFile(join(folder, 'validation.jsonl'), validationLineSchema);
  }

  async writeStep(step: ReportedStep): Promise<void> {
    const file = await this.#open(step.step - 1);
    const terms = lossTerms.map((term) => scalar(`${term}/training`, step[term]));
    const pace = [scalar('learning_rate', step.learningRate), scalar('images_per_second', step.imagesPerSecond)];
    await file.append({ step: step.step, values: [...terms, ...pace].flat() });
  }

  /** Writes what validation.jsonl and the folder previews/ have got since the last checkpoint. */
  async writeCheckpoint(step: number): Promise<void> {
    const file = await this.#open(step);
    for (const line of (await this.#validation.readAdded()).lines) {
      await file.append({
        step: line.step,
        values: lossTerms.flatMap((term) => scalar(`${term}/validation`, line[term])),
      });
    }
    for (const image of await this.#previews(step)) await file.append({ step, values: [image] });
  }

  /** @param done steps that were done before: TensorBoard is told to forget what an earlier run wrote after them */
  async #open(done: number): Promise<EventFile> {
    if (this.#file) return this.#file;
    this.#file = await EventFile.create(join(this.folder, 'tensorboard'));
    if (done > 0) {
      await this.#file.append({ restart: true, step: done + 1 });
      // The validations until here were written by the earlier run.
      await this.#validation.readAdded();
    }
    return this.#file;
  }

  async #previews(step: number): Promise<readonly EventValue[]> {
    const folder = join(this.folder, 'previews');
    const names = (await readdir(folder).catch(() => [])).filter((name) => parsePreviewName(name)?.step === step);
    return Promise.all(
      names.sort().map(async (name) => {
        const path = join(folder, name);
        const size = await pictureSize(path);
        const tag = `previews/${parsePreviewName(name)?.name ?? name}`;
        return { tag, image: { ...size, encoded: await readFile(path) } };
      }),
    );
  }
}

function scalar(tag: string, value: number | null | undefined): readonly EventValue[] {
  return value === null || value === undefined ? [] : [{ tag, scalar: value }];
}
