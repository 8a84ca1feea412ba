import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePreviewName } from '../files/preview-files.node.ts';
import { trainingConfigurationSchema } from '../style-file/training-configuration.ts';
import { type CurvePoint, nextPoint } from './curves.ts';
import { type FaultsRecord, readFaults } from './faults-file.node.ts';
import { JsonLinesFile } from './json-lines-file.node.ts';
import {
  dropFrom,
  type StepLine,
  stepLineSchema,
  type ValidationLine,
  validationLineSchema,
  type WarningLine,
  warningLineSchema,
} from './run-lines.ts';
import type { PreviewSeries, ReportConfiguration, RunRecord } from './run-record.ts';

/** What a reading found that an earlier one had not. */
export interface RunChanges {
  readonly points: readonly CurvePoint[];
  /** More changed than that steps came: a checkpoint, a warning, a run that began anew. */
  readonly other: boolean;
}

// The report needs no more than this, so that it can show runs of other versions whose configuration has other members.
const configurationSchema = trainingConfigurationSchema.pick({
  style: true,
  styleCrop: true,
  styleName: true,
  author: true,
  licence: true,
  steps: true,
});

/** Reads a run folder again and again, also one that is still being trained; each time only what has come is read. */
export class RunReader {
  readonly #stepLines: JsonLinesFile<StepLine>;
  readonly #validationLines: JsonLinesFile<ValidationLine>;
  readonly #warningLines: JsonLinesFile<WarningLine>;
  readonly #points: CurvePoint[] = [];
  readonly #seconds: { readonly step: number; readonly seconds: number }[] = [];
  readonly #validation: ValidationLine[] = [];
  #warnings: readonly WarningLine[] = [];
  #previews: readonly PreviewSeries[] = [];
  #faults: FaultsRecord | null = null;
  #configuration: ReportConfiguration | null = null;
  #lastStepTime: Date | null = null;
  #signature = '';

  constructor(readonly folder: string) {
    this.#stepLines = new JsonLinesFile(join(folder, 'metrics.jsonl'), stepLineSchema);
    this.#validationLines = new JsonLinesFile(join(folder, 'validation.jsonl'), validationLineSchema);
    this.#warningLines = new JsonLinesFile(join(folder, 'warnings.jsonl'), warningLineSchema);
  }

  /** @throws if config.json is there and is none of a training run */
  async refresh(): Promise<RunChanges> {
    this.#configuration = await readConfiguration(this.folder);
    const steps = await this.#readSteps();
    const validated = await this.#readValidation();
    const warned = await this.#readWarnings();
    this.#previews = await findPreviews(this.folder);
    this.#faults = await readFaults(this.folder);
    const signature = JSON.stringify([this.#configuration, this.#previews, this.#faults]);
    const other = steps.rewritten || validated || warned || signature !== this.#signature;
    this.#signature = signature;
    return { points: steps.points, other };
  }

  /**
   * The run as it was when it was read last.
   * @throws if the folder has no config.json
   */
  record(): RunRecord {
    if (this.#configuration === null) {
      throw new Error(`Expected a training run's folder but ${this.folder} has no config.json`);
    }
    return {
      configuration: this.#configuration,
      points: this.#points,
      seconds: this.#seconds.map(({ seconds }) => seconds),
      validation: this.#validation,
      warnings: this.#warnings,
      previews: this.#previews,
      faults: this.#faults,
      lastStepTime: this.#lastStepTime,
    };
  }

  /** Whether the folder holds a run yet. */
  get hasRun(): boolean {
    return this.#configuration !== null;
  }

  async #readSteps(): Promise<{ readonly points: readonly CurvePoint[]; readonly rewritten: boolean }> {
    const { lines, replaced } = await this.#stepLines.readAdded();
    if (replaced) this.#dropSteps(0);
    const lastBefore = this.#points.at(-1)?.step ?? -1;
    for (const line of lines) {
      this.#dropSteps(line.step);
      this.#points.push(nextPoint(line, this.#points.at(-1), this.#points.length));
      this.#seconds.push({ step: line.step, seconds: line.secondsPerStep ?? 0 });
    }
    if (lines.length > 0) this.#lastStepTime = await modified(join(this.folder, 'metrics.jsonl'));
    const rewritten = replaced || lines.some(({ step }) => step <= lastBefore);
    return { points: rewritten ? [] : this.#points.slice(this.#points.length - lines.length), rewritten };
  }

  #dropSteps(from: number): void {
    dropFrom(this.#points, from);
    dropFrom(this.#seconds, from);
  }

  async #readValidation(): Promise<boolean> {
    const { lines, replaced } = await this.#validationLines.readAdded();
    if (replaced) dropFrom(this.#validation, 0);
    for (const line of lines) {
      dropFrom(this.#validation, line.step);
      this.#validation.push(line);
    }
    return replaced || lines.length > 0;
  }

  async #readWarnings(): Promise<boolean> {
    const { lines, replaced } = await this.#warningLines.readAdded();
    this.#warnings = replaced ? lines : [...this.#warnings, ...lines];
    return replaced || lines.length > 0;
  }
}

async function readConfiguration(folder: string): Promise<ReportConfiguration | null> {
  const file = join(folder, 'config.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return null;
  }
  try {
    const all: unknown = JSON.parse(text);
    return { ...configurationSchema.parse(all), all: Object.entries(all ?? {}) };
  } catch (error) {
    throw new Error(`Expected the configuration of a training run in ${file} but its content is another`, {
      cause: error,
    });
  }
}

/** The stylized pictures by the photograph they were made from, each series in the order of its steps. */
async function findPreviews(folder: string): Promise<readonly PreviewSeries[]> {
  const names = await readdir(join(folder, 'previews')).catch(() => []);
  const steps = new Map<string, number[]>();
  for (const preview of names.map(parsePreviewName).filter((found) => found !== null)) {
    steps.set(preview.name, [...(steps.get(preview.name) ?? []), preview.step]);
  }
  return [...steps]
    .map(([name, found]) => ({ name, steps: found.sort((a, b) => a - b) }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

async function modified(path: string): Promise<Date | null> {
  return stat(path).then(
    ({ mtime }) => mtime,
    () => null,
  );
}
