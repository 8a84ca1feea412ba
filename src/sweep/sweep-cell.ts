import { type LossTerm, mapTerms } from '../report/curves.ts';
import type { RunRecord } from '../report/run-record.ts';
import type { TrainingConfiguration } from '../style-file/training-configuration.ts';

/** One short run of a sweep: an ordinary run with its own style weight and style size. */
export interface SweepCell {
  /** The run's folder. */
  readonly folder: string;
  readonly configuration: TrainingConfiguration;
  /** Whether its style weight and style size are those that a run has if none are asked for. */
  readonly isDefault: boolean;
  /** The command line that trains the cell on. */
  readonly command: string;
}

/** What has become of a cell. */
export interface CellRecord {
  readonly cell: SweepCell;
  /** What its folder holds; null if its run has not begun. */
  readonly run: RunRecord | null;
  /** Why it ended before its last step; null if it did not fail. */
  readonly failure: string | null;
}

/** Where a cell is: `stopped` before its last step, `waiting` for its first. */
export type CellStatus = 'finished' | 'failed' | 'stopped' | 'waiting';

export function cellStatus({ cell, run, failure }: CellRecord): CellStatus {
  if (failure !== null) return 'failed';
  const step = lastStep(run);
  if (step >= cell.configuration.steps) return 'finished';
  return step > 0 ? 'stopped' : 'waiting';
}

/** The last step that a run has recorded; 0 if there is none. */
export function lastStep(run: RunRecord | null): number {
  return run?.points.at(-1)?.step ?? 0;
}

/** The loss terms at a run's last step, as its report shows them: a moving mean; null if there is none. */
export function lastTerms(run: RunRecord | null): Readonly<Record<LossTerm, number | null>> | null {
  const last = run?.points.at(-1);
  return last ? mapTerms((term) => last.smooth[term]) : null;
}
