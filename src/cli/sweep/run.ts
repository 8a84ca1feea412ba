import { runSweep } from '../../sweep/run-sweep.node.ts';
import { type CellRecord, type CellStatus, cellStatus, lastStep, lastTerms } from '../../sweep/sweep-cell.ts';
import { InterruptedError } from '../shared/exit.ts';
import { stopOnInterrupt } from '../shared/interrupt.ts';
import { report } from '../shared/options.ts';
import { stopNotice, trainWithProgress } from '../train/with-progress.ts';
import { planSweep, type SweepArguments } from './plan.ts';

/** Trains the cells that the flags ask for, with progress on stderr, and reports where the contact sheet is. */
export async function runSweepCommand(flags: SweepArguments, json: boolean): Promise<void> {
  const { folder, cells } = await planSweep(flags);
  const { stepsPerRun, device, threads } = flags;
  const stop = stopOnInterrupt(stopNotice);
  const { signal } = stop;
  const training = { stepsPerRun, device, threads, watch: undefined, watchPort: undefined, tensorboard: false };
  const { contactSheet, cells: records } = await runSweep({
    folder,
    cells,
    signal,
    train: ({ configuration, folder: out }, start) =>
      trainWithProgress({ configuration, out, signal, ...start }, training),
    onCell: ({ configuration: { weights, styleSize } }, index, isDone) => {
      const cell = `Cell ${index + 1} of ${cells.length}`;
      const done = isDone ? ': done before' : '';
      process.stderr.write(`${cell}, style weight ${weights.style}, style size ${styleSize}${done}\n`);
    },
    onFailure: (reason) => process.stderr.write(`The cell failed: ${reason}\n`),
  }).finally(stop.dispose);

  const count = (...statuses: readonly CellStatus[]) =>
    records.filter((record) => statuses.includes(cellStatus(record))).length;
  const failed = count('failed');
  if (stop.byUser() && count('stopped', 'waiting') > 0) {
    throw new InterruptedError(
      `stopped, ${count('finished')} of ${cells.length} cells are trained, all saved; start the same sweep again to go on`,
    );
  }
  report(
    { contactSheet, cells: records.map(cellResult) },
    `The pictures are in ${contactSheet}${advice(records)}`,
    json,
  );
  if (failed > 0) throw new Error(`${failed} of ${cells.length} cells failed; the others are in ${contactSheet}`);
}

/** How to go on with a cell that is trained: the default one if there is one to choose. */
function advice(records: readonly CellRecord[]): string {
  const trained = records.filter((record) => cellStatus(record) === 'finished').map(({ cell }) => cell);
  const cell = trained.find(({ isDefault }) => isDefault) ?? trained[0];
  return cell ? `; choose one and train it on, such as: ${cell.command}` : '';
}

function cellResult(record: CellRecord) {
  const { cell, run, failure } = record;
  const { weights, styleSize } = cell.configuration;
  return {
    styleWeight: weights.style,
    styleSize,
    folder: cell.folder,
    status: cellStatus(record),
    step: lastStep(run),
    terms: lastTerms(run),
    failed: failure,
    command: cell.command,
  };
}
