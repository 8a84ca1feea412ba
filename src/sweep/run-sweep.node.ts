import { RunReader } from '../report/run-reader.node.ts';
import { styleRun } from '../train/checkpoint.ts';
import type { RestoredCheckpoint } from '../train/run/checkpoint-files.node.ts';
import { RunFolder } from '../train/run/run-folder.node.ts';
import { writeContactSheet } from './contact-sheet.node.ts';
import type { CellRecord, SweepCell } from './sweep-cell.ts';

/** A sweep: which cells, where, how one is trained, and whom to tell. */
export interface Sweep {
  /** The folder that holds those of the cells. */
  readonly folder: string;
  readonly cells: readonly SweepCell[];
  /** Stops the sweep after the step under way; `train` is to be given it too. */
  readonly signal: AbortSignal;
  /** Trains a cell to its last step, or until the signal stops it. */
  readonly train: (cell: SweepCell, start: CellStart) => Promise<unknown>;
  /** Called before a cell is trained, or passed over because it is done; `index` counts from 0. */
  readonly onCell: (cell: SweepCell, index: number, isDone: boolean) => void;
  readonly onFailure: (reason: string) => void;
}

/** How the training of a cell begins. */
export interface CellStart {
  readonly resumeFrom: RestoredCheckpoint | undefined;
  /** To be called when all that the cell needs is there and its first step is about to begin. */
  readonly onStart: () => void;
}

export interface SweepResult {
  readonly contactSheet: string;
  readonly cells: readonly CellRecord[];
}

/**
 * Trains the cells of a sweep in turn and writes DIR/contact-sheet.html after each. A cell that has its steps already is
 * passed over, one that was stopped goes on. One that fails does not keep the others from being trained.
 * @throws as `train` does if the sweep's first training fails before it has begun: painting, photographs, weights or device
 * are not to be had, for this cell as little as for the others
 */
export async function runSweep(sweep: Sweep): Promise<SweepResult> {
  const { folder, cells, signal } = sweep;
  const failures = new Map<SweepCell, string>();
  let hasBegun = false;
  const onStart = () => {
    hasBegun = true;
  };
  for (const [index, cell] of cells.entries()) {
    if (signal.aborted) break;
    const resumeFrom = await learntCheckpoint(cell);
    const isDone = resumeFrom !== undefined && resumeFrom.state.step >= cell.configuration.steps;
    sweep.onCell(cell, index, isDone);
    if (isDone) continue;
    try {
      await sweep.train(cell, { resumeFrom, onStart });
    } catch (error) {
      if (!hasBegun) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      failures.set(cell, reason);
      sweep.onFailure(reason);
    }
    await writeContactSheet(folder, await readCells(cells, failures));
  }
  const records = await readCells(cells, failures);
  return { contactSheet: await writeContactSheet(folder, records), cells: records };
}

/**
 * The checkpoint that a cell goes on from; undefined if it has learnt nothing yet.
 * @throws if the cell's checkpoints are damaged
 */
export async function learntCheckpoint({ folder }: SweepCell): Promise<RestoredCheckpoint | undefined> {
  const checkpoint = await RunFolder.findCheckpoint(styleRun, folder);
  return checkpoint?.state.step === 0 ? undefined : checkpoint;
}

async function readCells(
  cells: readonly SweepCell[],
  failures: ReadonlyMap<SweepCell, string>,
): Promise<readonly CellRecord[]> {
  const records: CellRecord[] = [];
  for (const cell of cells) {
    const reader = new RunReader(cell.folder);
    await reader.refresh();
    records.push({ cell, run: reader.hasRun ? reader.record() : null, failure: failures.get(cell) ?? null });
  }
  return records;
}
