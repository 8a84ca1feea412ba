import type { Region } from '../image/picture.ts';
import type { CurvePoint } from './curves.ts';
import type { FaultsRecord } from './faults-file.node.ts';
import type { ValidationLine, WarningLine } from './run-lines.ts';

/** The photograph of a preview and the steps at which it was stylized. */
export interface PreviewSeries {
  readonly name: string;
  readonly steps: readonly number[];
}

/** What the report needs of a run's configuration, and all of it to be shown. */
export interface ReportConfiguration {
  /** The painting's file. */
  readonly style: string;
  /** The part of it that is learnt, in pixels; undefined for all of it. */
  readonly styleCrop?: Region | undefined;
  readonly styleName: string;
  readonly author: string;
  readonly licence: string;
  readonly steps: number;
  readonly all: readonly (readonly [name: string, value: unknown])[];
}

/** All that a run folder's files tell. */
export interface RunRecord {
  readonly configuration: ReportConfiguration;
  readonly points: readonly CurvePoint[];
  /** Seconds that each of the points' steps took. */
  readonly seconds: readonly number[];
  readonly validation: readonly ValidationLine[];
  readonly warnings: readonly WarningLine[];
  readonly previews: readonly PreviewSeries[];
  /** Of the model, once they were looked for. */
  readonly faults: FaultsRecord | null;
  readonly lastStepTime: Date | null;
}

/** Where a run is: `stopped` before its last step, by the user, by an error, or without a word. */
export type RunStatus = 'training' | 'finished' | 'stopped';

/** How far a run is, in figures. */
export interface RunProgress {
  readonly status: RunStatus;
  readonly step: number;
  readonly steps: number;
  readonly secondsTrained: number;
  readonly imagesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

/** Steps whose mean duration the time left is computed from. */
const recentSteps = 20;
/** A run that writes nothing for this many of its steps, or seconds, has been stopped. */
const silence = { steps: 20, seconds: 600 };

/**
 * How far a run is.
 * @param known what the process that trains knows; otherwise the status is found from the files
 */
export function runProgress(run: RunRecord, known: RunStatus | undefined, now: Date): RunProgress {
  const { points, seconds, configuration } = run;
  const step = points.at(-1)?.step ?? 0;
  const recent = seconds.slice(-recentSteps);
  const secondsPerStep = recent.length === 0 ? null : sum(recent) / recent.length;
  const status = step >= configuration.steps ? 'finished' : (known ?? statusFromFiles(run, secondsPerStep ?? 0, now));
  const isTraining = status === 'training' && secondsPerStep !== null;
  return {
    status,
    step,
    steps: configuration.steps,
    secondsTrained: sum(seconds),
    imagesPerSecond: points.at(-1)?.smooth.imagesPerSecond ?? null,
    secondsLeft: isTraining ? (configuration.steps - step) * secondsPerStep : null,
  };
}

function statusFromFiles({ lastStepTime }: RunRecord, secondsPerStep: number, now: Date): RunStatus {
  if (lastStepTime === null) return 'training';
  const silentSeconds = (now.getTime() - lastStepTime.getTime()) / 1000;
  return silentSeconds > Math.max(silence.seconds, silence.steps * secondsPerStep) ? 'stopped' : 'training';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
